import { Readable } from "node:stream";
import Koa, { type Middleware } from "koa";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { funnelErrors } from "../../src/http/funnel.ts";
import type { State } from "../../src/http/services.ts";
import { testServices } from "../helpers/services.ts";

const refusal = new AppError("overloaded", "Full.", { headers: { "Retry-After": "2" } });
const refuse: Middleware<State> = () => {
  throw refusal;
};

const unhandled: unknown[] = [];
const keep = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", keep));
afterAll(() => {
  process.off("unhandledRejection", keep);
  expect(unhandled).toEqual([]);
});

function appOf(...inner: Middleware<State>[]) {
  const services = testServices();
  const app = new Koa<State>();
  app.silent = true;
  for (const middleware of [funnelErrors(services), ...inner]) app.use(middleware);
  return { services, app, ask: () => request(app.callback()).get("/") };
}

test("an AppError of any middleware is a problem with its headers", async () => {
  const { ask, services } = appOf((_, next) => next(), refuse);
  const response = await ask();
  expect(response.status).toBe(503);
  expect(response.headers).toMatchObject({
    "content-type": "application/problem+json",
    "retry-after": "2",
  });
  expect(response.body).toMatchObject({ status: 503, detail: "Full." });
  expect(services.logged).toEqual([]);
});

test("an AppError thrown before the funnel is answered by Koa, with its status and headers", async () => {
  const app = new Koa<State>().use(refuse).use(funnelErrors(testServices()));
  app.silent = true;
  const response = await request(app.callback()).get("/");
  expect(response.status).toBe(503);
  expect(response.headers["retry-after"]).toBe("2");
  expect(response.text).toBe("Full.");
});

test("a frozen AppError passes through Koa as well", async () => {
  const app = new Koa<State>().use(() => {
    throw Object.freeze(new AppError("draining", "Bye."));
  });
  app.silent = true;
  expect((await request(app.callback()).get("/")).status).toBe(503);
});

test.each([
  [400, "malformed-request"],
  [404, "not-found"],
  [413, "body-too-large"],
])("ctx.throw(%i) is a problem with its message", async (status, type) => {
  const { ask, services } = appOf((ctx) => ctx.throw(status, "Not like this."));
  const response = await ask();
  expect(response.status).toBe(status);
  expect(response.body.type).toContain(type);
  expect(response.body.detail).toBe("Not like this.");
  expect(services.logged).toEqual([]);
});

test.each([500, 418])("ctx.throw(%i) is a mistake: logged, and not shown", async (status) => {
  const { ask, services } = appOf((ctx) => ctx.throw(status, "a secret"));
  const response = await ask();
  expect(response.status).toBe(500);
  expect(response.text).not.toContain("secret");
  expect(services.logged.join()).toContain("a secret");
});

test("a body stream that fails ends its connection, and the app hears of it", async () => {
  const { ask, app } = appOf((ctx) => {
    ctx.body = new Readable({ read: () => ctx.body.destroy(refusal) });
  });
  const told = new Promise((resolve) => app.once("error", resolve));
  await expect(ask()).rejects.toThrow(/hang up|aborted/);
  expect(await told).toBe(refusal);
});

test.each([
  ["throws in time", () => Promise.reject(new Error("late")), "late"],
  [
    "throws at once",
    () => {
      throw new Error("early");
    },
    "early",
  ],
  ["gives no answer at once", () => {}, "The route gave no answer"],
  ["gives no answer in time", async () => {}, "The route gave no answer"],
] as const)("a route that %s is a 500 problem, and logged", async (_, route, logged) => {
  const { ask, services } = appOf(route);
  const response = await ask();
  expect(response.status).toBe(500);
  expect(response.headers["content-type"]).toBe("application/problem+json");
  expect(services.logged.join()).toContain(logged);
});
