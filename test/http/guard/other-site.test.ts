import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { createGuard } from "../../../src/http/guard/guard.ts";
import { testGuardSettings, testServices } from "../../helpers/services.ts";

const allowedHosts = ["a"];
const form = "application/x-www-form-urlencoded";

function appWith(cors: readonly string[] = []) {
  const guard = createGuard({ ...testGuardSettings, allowedHosts, cors });
  return createApp(testServices({ guard })).callback();
}

const app = appWith();

const others = [
  { Origin: "https://example.org" },
  { Origin: "null" },
  { Host: "localhost", Origin: "file://" },
  { Host: "localhost", Origin: "capacitor://localhost" },
  { Origin: "http://127.0.0.1:1" },
  { Host: "a:443", Origin: "http://a" },
  { Host: "a", Origin: "http://a:8000" },
  { "Sec-Fetch-Site": "cross-site" },
  { "Sec-Fetch-Site": "same-site", Origin: "http://a" },
  { "Sec-Fetch-Site": "same-origin, cross-site" },
];

const own = [
  {},
  { Host: "a:1", Origin: "http://a:1" },
  { Host: "A:1", Origin: "http://a:1" },
  { Host: "a:80", Origin: "http://a" },
  { Host: "a:443", Origin: "https://a" },
  { Host: "[0:0::1]:8000", Origin: "http://[::1]:8000" },
  { "Sec-Fetch-Site": "same-origin", Origin: "https://a" },
  { "Sec-Fetch-Site": "none" },
];

function post(headers: Record<string, string>, type: string, to = app) {
  const asked = request(to).post("/tasks/double").set(headers).set("Content-Type", type);
  return asked.serialize((body) => body).send('{"value": 4}');
}

describe("a page of another site", () => {
  test.each(others)("cannot POST, whatever type it names: %o", async (headers) => {
    for (const type of [form, "application/json", "text/plain"]) {
      const { status, body } = await post(headers, type);
      expect(status).toBe(403);
      expect(body.type).toBe("/problems/foreign-site");
      expect(body.detail).toMatch(/from a page of another site \((Origin|Sec-Fetch-Site): /);
      expect(body.detail).toContain("--cors");
    }
  });

  test.each(others)("cannot start a run without a body: %o", async (headers) => {
    expect((await request(app).post("/hash").set(headers)).status).toBe(403);
    expect((await request(app).get("/hash").set(headers)).status).toBe(403);
    expect((await request(app).head("/hash").set(headers)).status).toBe(403);
  });

  test("can read what costs nothing: its browser holds the answer back", async () => {
    const asked = request(app).get("/").set("Sec-Fetch-Site", "cross-site");
    const { status, headers } = await asked;
    expect(status).toBe(200);
    expect(Object.keys(headers).join()).not.toContain("access-control");
  });

  test("may link to a run: whoever follows the link sees the answer", async () => {
    const link = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" };
    const get = (headers: object) =>
      request(app)
        .get("/hash?input=a&iterations=1")
        .set({ ...link, ...headers });
    expect((await get({ "Sec-Fetch-Dest": "document" })).status).toBe(200);
    expect((await get({ "Sec-Fetch-Dest": "iframe" })).status).toBe(403);
    const ahead = { "Sec-Fetch-Dest": "document", "Sec-Purpose": "prefetch;prerender" };
    expect((await get(ahead)).status).toBe(403);
    const form = request(app).post("/hash").set(link).set("Sec-Fetch-Dest", "document");
    expect((await form).status).toBe(403);
  });

  test("is let in by --cors, and only from the origin that is named there", async () => {
    const some = appWith(["https://app.example.com"]);
    const from = (origin: string, to = some) =>
      post({ Origin: origin, "Sec-Fetch-Site": "cross-site" }, "application/json", to);
    expect((await from("https://app.example.com")).status).toBe(200);
    expect((await from("https://app.example.com:444")).status).toBe(403);
    expect((await from("http://app.example.com")).status).toBe(403);
    expect((await from("null")).status).toBe(403);
    expect((await from("https://example.org", appWith(["*"]))).status).toBe(200);
  });

  test("learns the remedy with its own origin", async () => {
    const { body } = await post({ Origin: "https://example.org" }, "application/json");
    expect(body.detail).toContain("--cors https://example.org ");
  });
});

test.each(own)("a page of the server, or no page, is not refused: %o", async (headers) => {
  for (const type of [form, "application/json"]) {
    expect((await post(headers, type)).status).toBe(200);
  }
});
