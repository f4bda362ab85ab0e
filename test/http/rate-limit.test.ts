import request from "supertest";
import { expect, test } from "vitest";
import type { Quota } from "../../src/channel/clients.ts";
import { createApp } from "../../src/http/app.ts";
import { clientAddressBehind } from "../../src/http/client-address.ts";
import type { RateLimiter } from "../../src/http/rate-limit.ts";
import { testServices } from "../helpers/services.ts";

const rate = { requests: 3, windowMs: 60_000 };

/** Counts in this process. */
class OwnLimiter implements RateLimiter {
  readonly rate = rate;
  readonly counted = new Map<string, number>();
  answers = true;

  count(client: string): Quota | Promise<undefined> {
    if (!this.answers) return Promise.resolve(undefined);
    const count = (this.counted.get(client) ?? 0) + 1;
    this.counted.set(client, count);
    return { isWithin: count <= 3, left: Math.max(0, 3 - count), resetMs: 30_001 };
  }
}

function limited() {
  const rateLimiter = new OwnLimiter();
  const clientAddress = clientAddressBehind(["loopback"]);
  return { rateLimiter, app: createApp(testServices({ rateLimiter, clientAddress })).callback() };
}

test("every answer says where its client stands", async () => {
  const { app } = limited();
  const answer = await request(app).get("/");
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    "ratelimit-policy": '"requests";q=3;w=60',
    ratelimit: '"requests";r=2;t=31',
  });
  const missing = await request(app).get("/nowhere");
  expect(missing.status).toBe(404);
  expect(missing.headers["ratelimit"]).toBe('"requests";r=1;t=31');
});

test("past the limit the answer is 429, on every route, before anything is read or run", async () => {
  const { app } = limited();
  for (let i = 0; i < 3; i++) await request(app).get("/");
  const requests = [
    request(app).get("/hash"),
    request(app).post("/tasks/double").send({ value: 1 }),
    request(app).post("/jobs").set("content-type", "application/json").send("{"),
    request(app).get("/stats"),
    request(app).get("/nowhere"),
  ];
  for (const sent of requests) {
    const answer = await sent;
    expect(answer.status).toBe(429);
    expect(answer.type).toBe("application/problem+json");
    expect(answer.headers["retry-after"]).toBe("31");
    expect(answer.headers["ratelimit"]).toBe('"requests";r=0;t=31');
    expect(answer.body).toMatchObject({
      type: "/problems/rate-limited",
      detail: expect.stringMatching(/3 requests in 60 s .*--rate-limit.*Retry-After/),
    });
  }
});

test("health is not counted and never refused", async () => {
  const { app, rateLimiter } = limited();
  for (let i = 0; i < 4; i++) {
    expect((await request(app).get("/livez")).status).toBe(200);
    expect((await request(app).get("/readyz?a=1")).status).toBe(200);
    expect((await request(app).get("/Livez/")).status).toBe(200);
  }
  expect(rateLimiter.counted.size).toBe(0);
});

test("clients are told apart by address; of IPv6 the network counts", async () => {
  const { app, rateLimiter } = limited();
  for (const from of ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2:3"]) {
    await request(app).get("/").set("X-Forwarded-For", `${from}`);
  }
  await request(app).get("/");
  expect([...rateLimiter.counted]).toEqual([
    ["192.0.2.1", 1],
    ["192.0.2.2", 1],
    ["2001:db8:0:0::/64", 2],
    ["127.0.0.1", 1],
  ]);
});

test("where nobody can tell, requests pass, and say nothing", async () => {
  const { app, rateLimiter } = limited();
  rateLimiter.answers = false;
  for (let i = 0; i < 5; i++) {
    const answer = await request(app).get("/");
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty("ratelimit");
  }
});
