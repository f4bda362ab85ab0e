import request from "supertest";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../src/config/token.ts";
import { createApp } from "../../../src/http/app.ts";
import { createGuard } from "../../../src/http/guard/guard.ts";
import { testGuardSettings, testServices } from "../../helpers/services.ts";

const app = "https://app.example.com";

function serving(...cors: readonly string[]) {
  const guard = createGuard({ ...testGuardSettings, tokens: [digestOf("t")], cors });
  return request(createApp(testServices({ guard })).callback());
}

const preflight = (origin: string) => ({
  Origin: origin,
  "Access-Control-Request-Method": "POST",
  "Access-Control-Request-Headers": "authorization,content-type",
});

const allow = "access-control-allow-origin";

describe("without --cors", () => {
  test("no answer lets a page read it", async () => {
    const server = serving();
    for (const path of ["/", "/jobs", "/nothing"]) {
      const { headers } = await server.get(path).set("Origin", app);
      expect(Object.keys(headers).join()).not.toContain("access-control");
      expect(headers["vary"] ?? "").not.toContain("Origin");
    }
    const { status, headers } = await server.options("/tasks/double").set(preflight(app));
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty(allow);
    expect(headers["allow"]).toContain("POST");
  });
});

describe("with the origin of a site", () => {
  const server = serving("https://other.example.com", app);

  test("its pages may ask, send and read", async () => {
    const asked = await server.options("/jobs").set(preflight(app));
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      [allow]: app,
      "access-control-allow-methods": expect.stringContaining("PATCH"),
      "access-control-allow-headers": "authorization,content-type",
      "access-control-max-age": "7200",
    });
    expect(asked.headers["vary"]).toContain("Origin");
    expect(asked.headers).not.toHaveProperty("access-control-allow-credentials");

    const sent = server.post("/tasks/double").set({ Origin: app, "Sec-Fetch-Site": "cross-site" });
    const { status, headers } = await sent.send({ value: 2 });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ [allow]: app, "access-control-expose-headers": "*" });
  });

  test("they may read problems, too: those of the guard as well", async () => {
    const answers = [
      await server.get("/jobs").set("Origin", app),
      await server.get("/nothing").set("Origin", app),
      await server.post("/tasks/double").set("Origin", app).send({ value: "x" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 422]);
    for (const { headers } of answers) expect(headers[allow]).toBe(app);
  });

  test("a cache learns that answers differ by origin, and other pages read nothing", async () => {
    for (const origin of [undefined, "https://evil.example", "null", `${app}.evil.example`]) {
      const get = server.get("/");
      const { headers } = await (origin === undefined ? get : get.set("Origin", origin));
      expect(headers["vary"]).toContain("Origin");
      expect(headers).not.toHaveProperty(allow);
    }
    const { headers } = await server.options("/jobs").set(preflight("https://evil.example"));
    expect(headers).not.toHaveProperty(allow);
  });

  test("OPTIONS that is no preflight names the methods, as ever", async () => {
    const { status, headers } = await server.options("/jobs").set("Origin", app);
    expect(status).toBe(200);
    expect(headers["allow"]).toContain("POST");
  });
});

test("with * the pages of every site may", async () => {
  const { headers } = await serving("*").get("/").set("Origin", "https://any.example");
  expect(headers[allow]).toBe("*");
  expect(headers["vary"] ?? "").not.toContain("Origin");
});
