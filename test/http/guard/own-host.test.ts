import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { createGuard } from "../../../src/http/guard/guard.ts";
import { JobApp } from "../../helpers/job-app.ts";
import { testGuardSettings, testServices } from "../../helpers/services.ts";

const apps = new Map<string, ReturnType<typeof createApp>>();

function guardOn(host: string, allowedHosts: readonly string[] = []) {
  return createGuard({ ...testGuardSettings, host, allowedHosts });
}

/** What the server on `host` answers to a POST with this Host. */
async function statusOf(sent: string, host: string, allowedHosts: readonly string[] = []) {
  const key = [host, ...allowedHosts].join();
  const app = apps.get(key) ?? createApp(testServices({ guard: guardOn(host, allowedHosts) }));
  apps.set(key, app);
  const asked = request(app.callback()).post("/tasks/double").set("Host", sent).send({ value: 4 });
  return (await asked).status;
}

const ofLoopback = [
  ...["localhost", "localhost:8000", "LOCALHOST", "localhost.", "app.localhost:1"],
  ...["127.0.0.1", "127.0.0.1:8000", "127.9.9.9", "127.1", "0x7f.1", "2130706433"],
  ...["[::1]", "[::1]:8000", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"],
];

const foreign = [
  ...["evil.example", "evil.example:8000", "localhost.evil.example", "evillocalhost"],
  ...["127.0.0.1.evil.example", "128.0.0.1", "192.0.2.1:8000", "0.0.0.0", "[::2]", "[::]"],
  ...["localhost@evil.example", "evil.example#localhost", "evil.example/localhost", "a b"],
  ...["localhost,evil.example", "evil.example\\localhost", "%6cocalhost", "::1", "localhost:x"],
];

describe.each(["127.0.0.1", "localhost", "::1"])("on %s", (host) => {
  test.each(ofLoopback)("the name %s of loopback passes", async (sent) => {
    expect(await statusOf(sent, host)).toBe(200);
  });

  test.each(foreign)("the name %s is refused", async (sent) => {
    expect(await statusOf(sent, host)).toBe(403);
  });
});

test("names that --allowed-hosts lists pass, and no others", async () => {
  const allowed = ["jobs.example.com", "*.example.org", "192.0.2.1", "2001:db8::1"];
  const passes = (sent: string) => statusOf(sent, "127.0.0.1", allowed);
  expect(await passes("jobs.example.com")).toBe(200);
  expect(await passes("Jobs.Example.com.:8000")).toBe(200);
  expect(await passes("a.b.example.org")).toBe(200);
  expect(await passes("192.0.2.1:80")).toBe(200);
  expect(await passes("[2001:db8:0::1]:80")).toBe(200);
  expect(await passes("localhost")).toBe(200);
  expect(await passes("example.org")).toBe(403);
  expect(await passes("xexample.org")).toBe(403);
  expect(await passes("example.com")).toBe(403);
  expect(await statusOf("evil.example", "127.0.0.1", ["any"])).toBe(200);
});

test("where other machines reach the server, every name passes until some are listed", async () => {
  expect(await statusOf("anything.example", "0.0.0.0")).toBe(200);
  const passes = (sent: string) => statusOf(sent, "jobs.lan", ["jobs.example.com"]);
  expect(await passes("evil.example")).toBe(403);
  for (const sent of ["jobs.example.com", "jobs.lan:8000", "10.0.0.5", "localhost"]) {
    expect(await passes(sent)).toBe(200);
  }
});

test("the problem says which name it was, and how to allow it", async () => {
  const app = createApp(testServices()).callback();
  const { body } = await request(app).post("/hash").set("Host", "jobs.example:80");
  expect(body).toMatchObject({ type: "/problems/foreign-host", status: 403 });
  expect(body.detail).toContain('"jobs.example:80"');
  expect(body.detail).toContain("--allowed-hosts jobs.example.");
});

test("what a page could read of jobs, or make the server compute, is refused as well", async () => {
  await using app = await JobApp.open();
  const get = (path: string) => request(app.listener).get(path).set("Host", "evil.example");
  for (const path of ["/jobs", "/jobs/x", "/jobs/x/result", "/batches", "/schedules", "/hash"]) {
    expect((await get(path)).status).toBe(403);
  }
  for (const path of ["/", "/livez", "/readyz", "/tasks", "/problems", "/stats", "/metrics"]) {
    expect((await get(path)).status).toBe(200);
  }
});
