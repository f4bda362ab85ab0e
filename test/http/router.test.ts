import Router from "@koa/router";
import request from "supertest";
import { expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { routing } from "../../src/http/router.ts";
import type { State } from "../../src/http/services.ts";
import { testServices } from "../helpers/services.ts";

const app = createApp(testServices()).callback();

test.each(["/tasks/hash", "/tasks/%68ash", "/tasks/hash/", "/TASKS/hash", "/tasks/hash?a=1"])(
  "%s is the task hash",
  async (path) => {
    const response = await request(app).get(path);
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ name: "hash" });
  },
);

test.each([
  ["/tasks/a%20b", "a b"],
  ["/tasks/%E9", "%E9"],
  ["/tasks/%", "%"],
  ["/tasks/__proto__", "__proto__"],
])("the parameter in %s is read as %s", async (path, name) => {
  const response = await request(app).get(path);
  expect(response.status).toBe(404);
  expect(response.body.detail).toContain(`There is no task "${name}".`);
});

test.each([
  ["/", "HEAD, GET"],
  ["/hash", "HEAD, GET, POST"],
  ["/jobs/x", "HEAD, GET, DELETE"],
])("OPTIONS %s tells of every method: %s", async (path, allow) => {
  const response = await request(app).options(path);
  expect(response.status).toBe(200);
  expect(response.headers["allow"]).toBe(allow);
  expect(response.text).toBe("");
});

test("OPTIONS for what is not there is 404", async () => {
  const response = await request(app).options("/nowhere");
  expect(response.status).toBe(404);
  expect(response.headers).not.toHaveProperty("allow");
});

test("a parameter takes one part of a path, and not none", async () => {
  for (const path of ["/tasks/hash/more", "/jobs//result"]) {
    expect((await request(app).get(path)).status).toBe(404);
  }
});

test("a route of several handlers is refused: nobody would run the others", () => {
  const router = new Router<State>();
  router.get(
    "/two",
    () => {},
    () => {},
  );
  expect(() => routing(router)).toThrow("Give /two one handler, of ctx alone");
});

test("what would wait for a next handler is refused, and so is middleware of the router", () => {
  const waiting = new Router<State>();
  waiting.get("/next", (_ctx, next) => next());
  expect(() => routing(waiting)).toThrow("Give /next one handler");
  const guarded = new Router<State>();
  guarded.use("/guarded", (_ctx, next) => next());
  expect(() => routing(guarded)).toThrow("Middleware goes to the app");
});
