import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { BareCompute } from "../../../../bench/compare/references/bare-compute.ts";
import { startTutorial } from "../../../../bench/compare/references/start-tutorial.ts";

const { signal } = new AbortController();
const hash = { input: "a", salt: "salt", saltEncoding: "utf8", iterations: 10 };
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));
const images = fixture("images.ts");
const readers = fixture("bench-tasks.ts");
const twice = fileURLToPath(new URL("../../../../examples/double.js", import.meta.url));

describe("the bare computation", () => {
  test("runs a task in every process, and counts its runs and CPU time", async () => {
    using compute = new BareCompute(2, signal);
    const prepared = await compute.prepare({ task: "hash", input: hash, files: [] });
    expect(prepared).toMatchObject({ native: true, input: { algorithm: "pbkdf2-sha512" } });
    expect(prepared.result).toMatch(/^\{"algorithm":"pbkdf2-sha512","digest":"[0-9a-f]{128}"/);
    const reports = await compute.run(50);
    expect(reports).toHaveLength(2);
    for (const { runs, elapsedMs, cpuMs } of reports) {
      expect(runs).toBeGreaterThan(0);
      expect(elapsedMs).toBeGreaterThanOrEqual(50);
      expect(cpuMs).toBeGreaterThan(0);
    }
  });

  test("takes the example, user's tasks, and tells results that differ", async () => {
    using compute = new BareCompute(1, signal);
    const random = { task: "hash", input: { input: "a", iterations: 1 }, files: [] };
    expect((await compute.prepare(random)).result).toBeNull(); // a random salt
    const own = { task: "double", input: undefined, files: [twice] };
    expect(await compute.prepare(own)).toMatchObject({ result: '{"value":42}', native: false });
  });

  test("writes bytes as the server does, and sends an input that the server takes", async () => {
    using compute = new BareCompute(1, signal);
    const png = await compute.prepare({ task: "png", input: undefined, files: [images] });
    expect(Buffer.from(JSON.parse(png.result ?? ""), "base64").toString("latin1")).toMatch(/^.PNG/);
    const described = { task: "described-png", input: undefined, files: [images] };
    const { result } = await compute.prepare(described);
    expect(JSON.parse(result ?? "")).toMatchObject({
      data: JSON.parse(png.result ?? ""),
      views: [{ data: "iVBORw0KGgo=" }],
    });
    const read = { task: "sum-of-text", input: undefined, files: [readers] };
    expect(await compute.prepare(read)).toMatchObject({ input: { list: "1,2,3" }, result: "6" });
  });

  test("says of which task, where it fails or JSON cannot hold its result", async () => {
    using compute = new BareCompute(1, signal);
    const of = (task: string) => compute.prepare({ task, input: undefined, files: [readers] });
    await expect(of("fails")).rejects.toThrow("fails failed on its input: out of order");
    await expect(of("map")).rejects.toThrow(/^Task map returned something that JSON cannot hold/);
  });

  test("names what it does not know or accept", async () => {
    using compute = new BareCompute(1, signal);
    const none = compute.prepare({ task: "none", input: 1, files: [] });
    await expect(none).rejects.toThrow("--task none: there is no such task. There are hash, json");
    const wrong = compute.prepare({ task: "primes", input: { limit: "x" }, files: [] });
    await expect(wrong).rejects.toThrow(/^--input for primes: .*\/limit/);
  });
});

test("the bare computation ends in the middle of a run when it is told to, with the reason", async () => {
  const stop = new AbortController();
  using compute = new BareCompute(2, stop.signal);
  await compute.prepare({ task: "hash", input: hash, files: [] });
  const running = compute.run(600_000);
  stop.abort(new Error("told to"));
  await expect(running).rejects.toThrow("told to");
});

describe("the tutorials' cluster", () => {
  test("says hello, runs the task, and ends with its primary", async () => {
    const server = await startTutorial(2, "hash", [], signal);
    expect(await (await fetch(server.url)).text()).toBe("hello world\n");
    const post = { method: "POST", body: JSON.stringify(hash) };
    const answer = (await (await fetch(`${server.url}/tasks/hash`, post)).json()) as object;
    expect(answer).toMatchObject({ task: "hash", result: { iterations: 10 } });
    const query = "input=a&salt=1&saltEncoding=utf8&iterations=10";
    const got = await (await fetch(`${server.url}/hash?${query}`)).json();
    expect(got).toMatchObject({ result: { salt: "1", iterations: 10 } });
    const bad = await fetch(`${server.url}/tasks/hash`, { method: "POST", body: "{" });
    expect(bad.status).toBe(500);
    await bad.body?.cancel();
    expect(server.ended.aborted).toBe(false);
    await server[Symbol.asyncDispose]();
    expect(server.ended.aborted).toBe(true);
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
