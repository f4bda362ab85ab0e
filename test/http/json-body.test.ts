import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { testServices } from "../helpers/services.ts";

const services = testServices();
const app = createApp(services).callback();
const form = "application/x-www-form-urlencoded";

interface Sent {
  readonly path?: string;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

/** Sends the text with this content type, or without any. */
function send(text: string, { path = "/tasks/double", type, headers = {} }: Sent = {}) {
  const post = request(app).post(path).set(headers);
  const typed = type === undefined ? post.unset("Content-Type") : post.set("Content-Type", type);
  return typed.serialize((body) => body).send(type === undefined ? Buffer.from(text) : text);
}

describe("a body that does not say it is JSON", () => {
  test.each([
    ["as curl sends it", form],
    ["without a type", undefined],
  ] as const)("is read if it is JSON: %s", async (_, type) => {
    const response = await send('{"value": 4}', type ? { type } : {});
    expect(response.body.result).toEqual({ value: 8 });
    const hash = await send('{"input":"abc","iterations":1}', {
      path: "/hash",
      ...(type && { type }),
    });
    expect(hash.status).toBe(200);
  });

  test("is a 415 that says what to send if it is not JSON", async () => {
    for (const text of ["value=1", "value", "a=1&b={}"]) {
      const { status, body } = await send(text, { type: form });
      expect(status).toBe(415);
      expect(body.detail).toBe(
        "The body is not JSON. Send JSON, with Content-Type: application/json (curl: -H 'content-type: application/json').",
      );
    }
  });

  test("is a 400 that says where reading stopped if it begins like JSON", async () => {
    const { status, body } = await send('{"value": 4', { type: form });
    expect(status).toBe(400);
    expect(body.detail).toContain("not readable as JSON");
  });

  test("is a 415 as text/plain", async () => {
    const { status, body } = await send('{"value": 4}', { type: "text/plain" });
    expect(status).toBe(415);
    expect(body.detail).toContain("The body came as text/plain. Send JSON");
  });
});

describe("no body", () => {
  test("is the default input, for a task that has one", async () => {
    for (const path of ["/hash", "/tasks/hash"]) {
      const posted = await request(app).post(path);
      expect(posted.status).toBe(200);
      expect(posted.body.result).toMatchObject({
        input: "hello world",
        algorithm: "pbkdf2-sha512",
      });
      expect(posted.body.result.iterations).toBeGreaterThanOrEqual(100_000);
    }
    const empty = await send("", { path: "/hash", type: form });
    expect(empty.status).toBe(200);
  });

  test("is a 422 with every field, for a task that needs an input", async () => {
    const { status, body } = await request(app).post("/tasks/double");
    expect(status).toBe(422);
    expect(body.detail).toMatch(
      /^The request has no body. Send the input as JSON. The input of double/,
    );
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(["/value"]);
  });

  test("is a 400 if the content type is JSON", async () => {
    for (const text of ["", undefined]) {
      const post = request(app).post("/hash").set("Content-Type", "application/json");
      const { status, body } = await post.send(text);
      expect(status).toBe(400);
      expect(body.detail).toBe("The body is empty. Send JSON.");
    }
  });
});

test("a bare GET /hash is a heavy run that says what it computed", async () => {
  const bare = await request(app).get("/hash");
  expect(bare.status).toBe(200);
  const { result } = bare.body;
  expect(result).toMatchObject({ input: "hello world", algorithm: "pbkdf2-sha512", keyLength: 64 });
  const { input, iterations, salt } = result;
  const again = await request(app).get("/hash").query({ input, iterations, salt });
  expect(again.body.result.digest).toBe(result.digest);
  expect(
    (await request(app).get("/hash?input=abc&iterations=1")).body.result.input,
  ).toBeUndefined();
});
