import request from "supertest";
import { expect, test } from "vitest";
import { z } from "zod";
import { createApp } from "../../../src/http/app.ts";
import { bytes as bytesOf, defineTask } from "../../../src/index.ts";
import { createRegistry } from "../../../src/tasks/registry.ts";
import { testServices } from "../../helpers/services.ts";

const drawn = defineTask({
  name: "drawn",
  input: z.object({}),
  run: () => bytesOf(Buffer.from("<script>alert(1)</script>"), "text/html"),
});
const app = createApp(testServices({ tasks: createRegistry([drawn]) })).callback();

test("a page loads and runs nothing but its style, and nobody can frame it", async () => {
  for (const path of ["/", "/problems", "/problems/unauthorized"]) {
    const { status, headers } = await request(app).get(path).set("Accept", "text/html");
    expect(status).toBe(200);
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none';style-src 'sha256-[\w+/=]+';base-uri 'none';form-action 'none';frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    expect(headers).not.toHaveProperty("strict-transport-security");
    expect(headers).not.toHaveProperty("x-powered-by");
  }
});

test("every answer is what its type says", async () => {
  for (const path of ["/", "/livez", "/tasks", "/nothing", "/jobs", "/metrics"]) {
    expect((await request(app).get(path)).headers["x-content-type-options"]).toBe("nosniff");
  }
  expect((await request(app).post("/hash").send("{")).headers).toHaveProperty(
    "x-content-type-options",
  );
});

test("a page that a task has made cannot act for the server", async () => {
  const { headers, text } = await request(app).post("/tasks/drawn").send({});
  expect(text).toContain("<script>");
  expect(headers).toMatchObject({
    "content-type": "text/html",
    "content-security-policy": "sandbox",
    "x-content-type-options": "nosniff",
  });
});
