import Router from "@koa/router";
import fc from "fast-check";
import Koa from "koa";
import request from "supertest";
import { expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { funnelErrors } from "../../src/http/funnel.ts";
import { createRouting } from "../../src/http/router.ts";
import type { HttpContext, State } from "../../src/http/services.ts";
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
  ["/jobs/x", "HEAD, GET, DELETE, PATCH"],
])("OPTIONS %s names every method: %s", async (path, allow) => {
  const response = await request(app).options(path);
  expect(response.status).toBe(200);
  expect(response.headers["allow"]).toBe(allow);
  expect(response.text).toBe("");
});

/** Everybody may call every route. */
const open = { checkOf: () => undefined };

test("OPTIONS for an unknown path is a 404", async () => {
  const response = await request(app).options("/nowhere");
  expect(response.status).toBe(404);
  expect(response.headers).not.toHaveProperty("allow");
});

test("a parameter takes exactly one segment of a path", async () => {
  for (const path of ["/tasks/hash/more", "/jobs//result"]) {
    expect((await request(app).get(path)).status).toBe(404);
  }
});

test("a route with several handlers is refused, because nobody would run the others", () => {
  const router = new Router<State>();
  router.get(
    "/two",
    () => {},
    () => {},
  );
  expect(() => createRouting(router, open)).toThrow("Give /two one handler, of ctx alone");
});

test("a handler that takes next is refused, and so is middleware of the router", () => {
  const waiting = new Router<State>();
  waiting.get("/next", (_ctx, next) => next());
  expect(() => createRouting(waiting, open)).toThrow("Give /next one handler");
  const guarded = new Router<State>();
  guarded.use("/guarded", (_ctx, next) => next());
  expect(() => createRouting(guarded, open)).toThrow("Middleware goes to the app");
});

/** Paths of declared routes, near misses, and unusual spellings. */
const segment = fc.constantFrom(
  "tasks",
  "jobs",
  "hash",
  "result",
  "events",
  "TASKS",
  "a%20b",
  "",
  ".",
);
const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`);

test("finds the same route as @koa/router's own middleware", async () => {
  const router = new Router<State>();
  const paths = ["/", "/hash", "/tasks", "/tasks/:task", "/jobs/:id", "/jobs/:id/result"];
  for (const declared of paths) {
    const answer = (ctx: HttpContext) => {
      ctx.body = { declared, params: ctx["params"] };
    };
    router.get(declared, (ctx) => answer(ctx));
    router.delete(declared, (ctx) => answer(ctx));
  }
  const theirs = new Koa<State>().use(router.routes()).callback();
  const ours = new Koa<State>().use(funnelErrors(testServices())).use(createRouting(router, open));
  const method = fc.constantFrom("get", "head", "delete", "put");
  await fc.assert(
    fc.asyncProperty(path, method, async (asked, name) => {
      const [one, two] = [
        await request(ours.callback())[name](asked),
        await request(theirs)[name](asked),
      ];
      expect(one.status === 200).toBe(two.status === 200);
      if (two.status === 200) expect(one.body).toEqual(two.body);
    }),
    { numRuns: 200 },
  );
});
