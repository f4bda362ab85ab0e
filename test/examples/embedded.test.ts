/** The examples of apps that compute with manycore. */
import supertest from "supertest";
import { expect, test } from "vitest";
import * as express from "../../examples/embedded/express.ts";
import * as fastify from "../../examples/embedded/fastify.ts";
import * as koa from "../../examples/embedded/koa.ts";

const invalid = { status: 422, type: "/problems/invalid-input", errors: [{ path: "/n" }] };

test("Express", async () => {
  const { app, close } = await express.createApp();
  const answer = await supertest(app).post("/fibonacci").send({ n: 20 });
  expect(answer.body).toEqual({ value: 6765 });
  const refused = await supertest(app).post("/fibonacci").send({ n: -1 });
  expect(refused.type).toBe("application/problem+json");
  expect(refused.body).toMatchObject(invalid);
  await close();
});

test("Koa", async () => {
  const { app, close } = await koa.createApp();
  const answer = await supertest(app.callback()).get("/?n=20");
  expect(answer.body).toEqual({ value: 6765 });
  const refused = await supertest(app.callback()).get("/?n=-1");
  expect(refused.type).toBe("application/problem+json");
  expect(refused.body).toMatchObject(invalid);
  await close();
});

test("Fastify", async () => {
  const app = await fastify.createApp();
  const post = (payload: object) => app.inject({ method: "POST", url: "/fibonacci", payload });
  expect((await post({ n: 20 })).json()).toEqual({ value: 6765 });
  const refused = await post({ n: -1 });
  expect(refused.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(refused.json()).toMatchObject(invalid);
  await app.close();
});
