import { expect, test } from "vitest";
import { maxUrlLength, webhookRules } from "../../../src/jobs/webhooks/target.ts";

const rules = webhookRules([{ kind: "any" }]);

test.each(["https://example.com/hook?to=me", "http://example.com", "https://1.1.1.1:8443/"])(
  "%s can be sent to",
  (url) => {
    expect(rules.refusalOf(url)).toBeNull();
  },
);

test.each([
  ["", /begins with https/],
  ["example.com/hook", /begins with https/],
  ["/hook", /begins with https/],
  ["ftp://example.com/", /begins with https/],
  ["file:///etc/passwd", /begins with https/],
  ["javascript:alert(1)", /begins with https/],
  ["http://", /begins with https/],
  ["http://user@example.com/", /user name or a password/],
  ["http://:secret@example.com/", /user name or a password/],
  ["http://example.com/#part", /fragment/],
  ["http://example.com/#", /fragment/],
  ["http://127.0.0.1/", /not a public address.*Ask the operator/],
  [`http://example.com/${"a".repeat(maxUrlLength)}`, /at most 2000 characters/],
])("%s is refused, with the remedy", (url, remedy) => {
  expect(rules.refusalOf(url)).toMatch(remedy);
});

test("a server without --webhooks refuses every URL, and says what to do", () => {
  expect(webhookRules([]).refusalOf("https://example.com/")).toMatch(/--webhooks HOSTS/);
});
