import { expect, test } from "vitest";
import { loggedError } from "../../src/telemetry/logged-error.ts";

/** What HTTP clients add to their errors. */
const parts: Record<string, unknown> = {
  "the options of a request": {
    config: { url: "/a", headers: { Authorization: "Bearer SECRET" } },
  },
  "quoted names": { config: { headers: { "x-api-key": "SECRET", "set-cookie": "a='SECRET'" } } },
  "a list of headers": { rawHeaders: ["Accept", "*/*", "Authorization", 'Basic "SECRET'] },
  "a list of cookies": { cookie: ["a=SECRET"] },
  "a property": { apiKey: "SECRET", token: "SECRET", clientSecret: "SECRET", password: "SECRET" },
  "a long one": { config: { accessToken: `SECRET${"x".repeat(9000)}` } },
};

test.each(Object.entries(parts))("a secret in %s is not in the log", (_, properties) => {
  const logged = loggedError(Object.assign(new Error("It failed"), properties));
  expect(JSON.stringify(logged)).not.toContain("SECRET");
  expect(JSON.stringify(logged)).toContain("[redacted]");
});

test("what is beside a secret stays", () => {
  const config = { url: "/a", headers: { authorization: "Bearer SECRET" }, method: "POST" };
  const { config: shown } = loggedError(
    Object.assign(new Error("It failed"), { config, code: "E1" }),
  );
  expect(shown).toBe("{ url: '/a', headers: { authorization: [redacted] }, method: 'POST' }");
});
