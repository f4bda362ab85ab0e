import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { AppError } from "../../src/errors.ts";
import { ControlUnderTest, figures } from "./controlled.ts";

describe("control", () => {
  let control: ControlUnderTest;
  beforeAll(() => {
    control = new ControlUnderTest("0", 8000, {
      setPaused: async (paused, task) => {
        if (task === "off") throw new AppError("jobs-off", "This server takes no jobs.");
        control.done.push({ paused, task });
      },
    });
  });
  afterAll(() => control[Symbol.asyncDispose]());

  test("lists what there is, as text and as JSON", async () => {
    const text = await control.fetch("/").then((response) => response.text());
    const headers = { accept: "application/json" };
    const { routes } = (await (await control.fetch("/", { headers })).json()) as {
      routes: Record<string, string>;
    };
    expect(Object.keys(routes)).toContain("POST /reload");
    for (const route of Object.keys(routes)) expect(text).toContain(route);
  });

  test("answers /livez by itself", async () => {
    const response = await control.fetch("/livez");
    expect(await response.json()).toEqual({ status: "alive", pid: process.pid });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("shows the figures that the primary has", async () => {
    const response = await control.fetch("/stats");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({
      server: figures.server,
      workers: figures.workers,
      jobs: null,
    });
  });

  test("shows them to Prometheus", async () => {
    const response = await control.fetch("/metrics");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  });

  test.each([
    ["/reload", undefined, "reload", { tookMs: 12 }],
    ["/workers/+1", undefined, 1, { workers: 2 }],
    ["/workers/-1", undefined, -1, { workers: 0 }],
    ["/workers/%2B1", undefined, 1, { workers: 2 }],
    ["/log-level", { level: "debug" }, "debug", { level: "debug" }],
    ["/log-level?level=warn", undefined, "warn", { level: "warn" }],
    ["/pause", undefined, { paused: true, task: undefined }, {}],
    ["/pause", { task: "hash" }, { paused: true, task: "hash" }, {}],
    ["/resume?task=hash", undefined, { paused: false, task: "hash" }, {}],
  ])("POST %s %j does it, and answers then", async (path, body, done, answer) => {
    control.done.length = 0;
    expect(await control.post(path, body)).toEqual({ status: 200, body: answer });
    expect(control.done).toEqual([done]);
  });

  test.each([
    ["/workers/2", undefined, 404, "not-found"],
    ["/log-level", undefined, 422, "invalid-input"],
    ["/log-level", { level: "loud" }, 422, "invalid-input"],
    ["/log-level?level=info&level=warn", undefined, 422, "invalid-input"],
    ["/pause", { tasks: "hash" }, 422, "invalid-input"],
    ["/reload", { now: true }, 422, "invalid-input"],
    ["/pause", { task: "off" }, 501, "jobs-off"],
    ["/stop", undefined, 404, "not-found"],
  ])("POST %s %j is refused as a problem", async (path, body, status, type) => {
    control.done.length = 0;
    const refused = await control.post(path, body);
    expect(refused).toMatchObject({ status, body: { status, type: `/problems/${type}` } });
    expect(control.done).toEqual([]);
  });

  test("an operation is no GET", async () => {
    const response = await control.fetch("/reload");
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });

  test("the type of a problem can be opened here, too", async () => {
    const response = await control.fetch("/problems/not-found");
    expect(await response.text()).toContain("There is nothing here");
  });

  test("a mistake of the primary is no secret of the log", async () => {
    await using failing = new ControlUnderTest("0", 8000, {
      reload: async () => {
        throw new Error("the disk is gone");
      },
    });
    const { status, body } = await failing.post("/reload");
    expect(status).toBe(500);
    expect(body).toMatchObject({ detail: expect.stringContaining("the disk is gone") });
    const told = () => expect(JSON.stringify(failing.logged)).toContain("the disk is gone");
    await vi.waitFor(told, { timeout: 20_000 });
  });
});

describe("where control listens", () => {
  test("a port that is taken moves to the next free one, and that is said", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    await using control = new ControlUnderTest(`127.0.0.1:${port}`, 8000);
    const url = new URL((await control.link.url) ?? "");
    holder.close();
    expect(url.hostname).toBe("127.0.0.1");
    expect(Number(url.port)).toBeGreaterThan(port);
    expect(control.logged).toMatchObject([
      { level: 40, msg: `Port ${port} on 127.0.0.1 is in use: control is at ${url.origin}` },
    ]);
  });

  test("auto is beside the port of the server", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    await using control = new ControlUnderTest("auto", port);
    const url = new URL((await control.link.url) ?? "");
    holder.close();
    expect(url.hostname).toBe("127.0.0.1");
    expect(Number(url.port)).toBeGreaterThan(port);
    expect(Number(url.port)).toBeLessThan(port + 20);
    expect(control.logged).toEqual([]); // The start line names it.
  });

  test("after the last port it is any free one", async () => {
    await using control = new ControlUnderTest("auto", 65_535);
    expect(await control.link.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test("an IPv6 address", async () => {
    await using control = new ControlUnderTest("[::1]:0", 8000);
    expect(await control.link.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await control.fetch("/livez")).status).toBe(200);
  });

  test("every address of the machine: the start line names one that a client can use", async () => {
    await using control = new ControlUnderTest("0.0.0.0:0", 8000);
    expect(await control.link.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await control.fetch("/livez")).status).toBe(200);
  });

  test("a host that is not of this machine: the server goes on, and the log says why", async () => {
    await using control = new ControlUnderTest("192.0.2.1:0", 8000);
    expect(await control.link.url).toBeUndefined();
    expect(control.logged).toMatchObject([
      { level: 50, reason: expect.stringContaining("EADDRNOTAVAIL") },
    ]);
  });

  test("a thread that ends is started again, at the same address", async () => {
    const threads: Worker[] = [];
    const note = (thread: Worker) => void threads.push(thread);
    process.on("worker", note);
    await using control = new ControlUnderTest("0", 8000);
    const url = await control.link.url;
    await threads[0]?.terminate();
    const isBack = () =>
      expect(control.logged.map(({ msg }) => msg)).toContain(`control is at ${url}`);
    await vi.waitFor(isBack, { timeout: 60_000 });
    process.off("worker", note);
    expect(control.logged.map(({ level }) => level)).toEqual([50, 30]);
    expect((await control.fetch("/livez")).status).toBe(200);
  });
});
