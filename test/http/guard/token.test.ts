import request from "supertest";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../src/config/token.ts";
import { createApp } from "../../../src/http/app.ts";
import { createGuard } from "../../../src/http/guard/guard.ts";
import { JobApp } from "../../helpers/job-app.ts";
import { testGuardSettings, testServices } from "../../helpers/services.ts";

const token = "correct-horse-battery-staple";
const double = { task: "double", input: { value: 1 } };

function withTokens(tokens: readonly string[], host = "127.0.0.1") {
  return { guard: createGuard({ ...testGuardSettings, host, tokens: tokens.map(digestOf) }) };
}

const wrong = [
  ["none", undefined, "has no token"],
  ["another scheme", `Basic ${btoa(`a:${token}`)}`, "has no bearer token"],
  ["the token alone", token, "has no bearer token"],
  ["an empty one", "Bearer ", "has no bearer token"],
  ["one of the same length", `Bearer ${"x".repeat(token.length)}`, "is none of this server"],
  ["a shorter one", `Bearer ${token.slice(0, -1)}`, "is none of this server"],
  ["a longer one", `Bearer ${token}x`, "is none of this server"],
  ["a very long one", `Bearer ${"x".repeat(8000)}`, "is none of this server"],
  ["two", `Bearer ${token} ${token}`, "has no bearer token"],
  ["its digest", `Bearer ${digestOf(token)}`, "is none of this server"],
  ["upper case", `Bearer ${token.toUpperCase()}`, "is none of this server"],
] as const;

describe("with a token", () => {
  test.each(wrong)("%s is refused", async (_, authorization, reason) => {
    const services = testServices(withTokens(["other", token]));
    const asked = request(createApp(services).callback()).get("/jobs");
    if (authorization !== undefined) asked.set("Authorization", authorization);
    const { status, headers, body } = await asked;
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toMatch(/^Bearer realm="manycore"/);
    expect(body).toMatchObject({ type: "/problems/unauthorized", status: 401 });
    expect(body.detail).toContain(reason);
    expect(JSON.stringify(body)).not.toContain(token);
    expect(services.logged.join()).not.toContain(token);
  });

  test("each of the tokens is taken, in any case of the scheme", async () => {
    await using app = await JobApp.open(withTokens(["other", token]));
    for (const authorization of [`Bearer ${token}`, `bearer  ${token}`, "BEARER other"]) {
      const asked = request(app.listener).get("/jobs").set("Authorization", authorization);
      expect((await asked).status).toBe(200);
    }
  });

  test("all that has to do with jobs needs it, and nothing else", async () => {
    await using app = await JobApp.open(withTokens([token]));
    const server = () => request(app.listener);
    for (const path of ["/jobs", "/jobs/x", "/JOBS/", "/jobs/x/result", "/jobs/x/events"]) {
      expect((await server().get(path)).status).toBe(401);
    }
    for (const path of ["/batches", "/batches/x", "/schedules", "/jobs/x/deliveries"]) {
      expect((await server().get(path)).status).toBe(401);
    }
    expect((await server().post("/jobs").send(double)).status).toBe(401);
    expect((await server().post("/batches").send([double])).status).toBe(401);
    expect((await server().put("/schedules/x").send({})).status).toBe(401);
    expect((await server().delete("/jobs/x")).status).toBe(401);
    expect((await app.queue.jobs.stats()).submitted).toBe(0);

    expect((await server().post("/tasks/double").send({ value: 4 })).status).toBe(200);
    expect((await server().get("/hash?iterations=1")).status).toBe(200);
    for (const path of ["/", "/livez", "/readyz", "/tasks", "/stats", "/metrics", "/problems"]) {
      expect((await server().get(path)).status).toBe(200);
    }
  });

  test("a run that is to become a job needs it", async () => {
    await using app = await JobApp.open(withTokens([token]));
    const submit = () =>
      request(app.listener).post("/tasks/double").set("Prefer", "respond-async").send({ value: 4 });
    expect((await submit()).status).toBe(401);
    expect((await submit().set("Authorization", `Bearer ${token}`)).status).toBe(202);
  });
});

/** Where others reach the server and no token tells who is its operator. */
describe("on a host that is not loopback, without a token", () => {
  const open = { ...withTokens([], "0.0.0.0") };

  test("listing, changing and removing are off, and say how to turn them on", async () => {
    await using app = await JobApp.open(open);
    const { id } = (await request(app.listener).post("/jobs").send(double)).body;
    const off = [
      ["get", "/jobs"],
      ["get", "/jobs/pause"],
      ["get", "/batches"],
      ["get", "/schedules"],
      ["get", "/schedules/x"],
      ["delete", "/jobs"],
      ["delete", `/jobs/${id}`],
      ["patch", `/jobs/${id}`],
      ["post", `/jobs/${id}/cancel`],
      ["post", `/jobs/${id}/retry`],
      ["post", `/jobs/${id}/deliveries/retry`],
      ["post", "/jobs/cancel?task=double"],
      ["post", "/jobs/retry?task=double"],
      ["post", "/jobs/pause"],
      ["post", "/jobs/resume"],
      ["post", "/batches/x/cancel"],
      ["put", "/schedules/x"],
      ["post", "/schedules/x/run"],
      ["delete", "/schedules/x"],
    ] as const;
    for (const [method, path] of off) {
      const { status, body } = await request(app.listener)[method](path);
      expect([path, status]).toEqual([path, 403]);
      expect(body.type).toBe("/problems/closed-without-token");
      expect(body.detail).toContain("--token");
    }
    expect((await app.queue.jobs.stats()).states).toMatchObject({ queued: 1 });
  });

  test("submitting, and reading by id, work", async () => {
    await using app = await JobApp.open(open);
    const submitted = await request(app.listener).post("/jobs").send(double);
    expect(submitted.status).toBe(202);
    const { id } = submitted.body;
    expect((await request(app.listener).get(`/jobs/${id}`)).status).toBe(200);
    expect((await request(app.listener).get(`/jobs/${id}/attempts`)).status).toBe(200);
    expect((await request(app.listener).get(`/jobs/${id}/result`)).status).toBe(409);
    const batch = await request(app.listener)
      .post("/batches")
      .send({ jobs: [double] });
    expect(batch.status).toBe(202);
    expect((await request(app.listener).get(batch.headers["location"] ?? "")).status).toBe(200);
  });

  test("a token turns all of it on again", async () => {
    await using app = await JobApp.open(withTokens([token], "0.0.0.0"));
    const list = request(app.listener).get("/jobs");
    expect((await list.set("Authorization", `Bearer ${token}`)).status).toBe(200);
    expect((await request(app.listener).get("/jobs")).status).toBe(401);
  });
});
