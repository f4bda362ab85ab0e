import fc from "fast-check";
import Koa from "koa";
import request from "supertest";
import { expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { funnelErrors } from "../../src/http/funnel.ts";
import type { State } from "../../src/http/services.ts";
import { defineTask, z } from "../../src/index.ts";
import { createRegistry } from "../../src/tasks/registry.ts";
import { anythingThrown } from "../fixtures/thrown.ts";
import { testServices } from "../helpers/services.ts";

/** Makes the next thrown value. */
let make: () => unknown = () => undefined;
const fail = () => {
  throw make();
};

const schema = z.strictObject({ in: z.string().refine((place) => place !== "schema" || fail()) });
const thrower = defineTask({
  name: "thrower",
  description: "Throws in one of the places that a task has.",
  input: schema,
  example: { in: "run" },
  run: async (input) => (input.in === "late" ? Promise.resolve().then(fail) : fail()),
  runAsync: async () => fail(),
  hasAsyncForm: (input) => input.in !== "hasAsyncForm" || fail(),
});

const services = testServices({ tasks: createRegistry([thrower]) });
const served = createApp(services).callback();
const routed = new Koa<State>().use(funnelErrors(services)).use(fail).callback();
const late = new Koa<State>()
  .use(funnelErrors(services))
  .use(async () => fail())
  .callback();

const posted = (place: string, executor: string) =>
  request(served).post(`/tasks/thrower?executor=${executor}`).send({ in: place });

const places = {
  run: () => posted("run", "inline"),
  "run, later": () => posted("late", "inline"),
  runAsync: () => posted("run", "libuv"),
  hasAsyncForm: () => posted("hasAsyncForm", "libuv"),
  schema: () => posted("schema", "inline"),
  "a route": () => request(routed).get("/"),
  "an asynchronous route": () => request(late).get("/"),
};

test.each(Object.entries(places))(
  "anything thrown in %s is one problem for the client and one line in the log",
  async (_, ask) => {
    await fc.assert(
      fc.asyncProperty(anythingThrown, async (next) => {
        make = next;
        services.logged.length = 0;
        const { status, headers, text } = await ask();
        expect(status).toBe(500);
        expect(headers["content-type"]).toBe("application/problem+json");
        expect(text.length).toBeLessThan(50_000);
        expect(JSON.parse(text).detail).toMatch(/.{10}/);
        expect(services.logged).toHaveLength(1);
        const { level, msg, err } = JSON.parse(services.logged[0] ?? "");
        expect({ level, msg, err }).toMatchObject({
          level: 50,
          msg: expect.stringMatching(/./),
          err: { message: expect.any(String) },
        });
      }),
      { numRuns: 50 },
    );
  },
);
