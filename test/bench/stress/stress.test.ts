import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { StressResult } from "../../../bench/stress/result/result.ts";
import { alive, ServerProcess } from "../../helpers/server-process.ts";
import { StressProcess } from "./stress-process.ts";

/** About 5 ms of work, and a plan of a few seconds. */
const work = ["--task", "hash", "--input", '{"input":"a","salt":"00","iterations":10000}'];
const short = ["--step-seconds", "0.5", "--hold-seconds", "1.5"];
const server = ["--mode", "single", "--max-pending", "5"];

async function run(...args: string[]) {
  await using stress = new StressProcess(args);
  const code = await stress.exited;
  return { code, stdout: stress.stdout, stderr: stress.stderr };
}

describe.runIf(process.platform === "linux")("npm run stress", () => {
  test("finds a rate, overloads, sees the recovery, and writes a result and a report", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stress-"));
    const out = join(folder, "made", "by it");
    const flags = ["--mode", "single", "--server-flags", "--max-pending 5"];
    // A wide objective: the test checks that everything happens, not how quick the machine is.
    const slo = ["--slo", "p50=5s", "--slo", "errors=20%"];
    const bounds = ["--max-rate", "5000", "--max-seconds", "60"];
    const { code, stdout, stderr } = await run(
      ...[...work, ...short, ...flags, ...slo, ...bounds, "--json", "--out", out],
    );
    expect(stderr).toContain("step 1: asked");
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as StressResult;
    expect(result).toMatchObject({
      format: "manycore-stress",
      stopped: null,
      target: { task: "hash", manycore: true, checked: "status and result" },
    });
    expect(result.steps.length).toBeGreaterThan(1);
    expect(result.finding?.met).toBeGreaterThan(0);
    expect(result.holds.map(({ factor }) => factor)).toEqual([2, 5]);
    const [, five] = result.holds;
    expect(five?.refused).toBeGreaterThan(0);
    expect(five?.refusals.withRetryAfter).toBe(five?.refusals.refused);
    expect(five?.light?.answered).toBeGreaterThan(0);
    expect(result.recovery?.afterMs).not.toBeNull();
    expect(result.verdict.length).toBeGreaterThan(2);
    expect(JSON.parse(await readFile(join(out, "stress.json"), "utf8"))).toEqual(result);
    expect(await readFile(join(out, "stress.html"), "utf8")).toContain("Latency against load");
    await rm(folder, { recursive: true });
  }, 90_000);

  test("Ctrl-C ends it with what was measured so far, printed and written, and its server", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stress-"));
    await using stress = new StressProcess([
      ...[...work, ...short, "--max-seconds", "30", "--out", folder, "--", ...server],
    ]);
    await stress.printed(/step 1: /);
    const children = await childrenOf(stress.child.pid);
    expect(children.length).toBeGreaterThan(0);
    stress.child.kill("SIGINT");
    expect(await stress.exited).toBe(130);
    expect(stress.stdout).toMatch(/^step 1 /m);
    expect(stress.stdout).toContain("The run ended early: ended by SIGINT");
    const written = JSON.parse(await readFile(join(folder, "stress.json"), "utf8")) as StressResult;
    expect(written.steps.length).toBeGreaterThan(0);
    expect(written.stopped).toEqual({ reason: "ended by SIGINT" });
    expect(await Promise.all(children.map(alive))).not.toContain(true);
    await rm(folder, { recursive: true });
  }, 60_000);

  test("a server that dies mid-run ends it with 1, and what was measured is kept", async () => {
    await using target = await ServerProcess.start(server);
    await using stress = new StressProcess([target.url, ...work, ...short, "--json"]);
    await stress.printed(/step 1: /);
    target.child.kill("SIGKILL");
    expect(await stress.exited).toBe(1);
    expect(stress.stderr).toContain(`no longer answers at ${target.url}/ (ECONNREFUSED)`);
    const result = JSON.parse(stress.stdout) as StressResult;
    expect(result.steps.length).toBeGreaterThan(0);
    expect(result.stopped?.reason).toContain("no longer answers");
  }, 60_000);

  test("the time is bounded, and what is there is told", async () => {
    await using target = await ServerProcess.start(server);
    const limits = ["--max-seconds", "2", "--max-rate", "200"];
    const { code, stdout } = await run(target.url, ...work, ...limits);
    expect(stdout).toContain("--max-seconds");
    expect(code).toBe(0);
  });

  test("less time makes every phase shorter, and cuts none off", async () => {
    await using target = await ServerProcess.start(server);
    const slo = ["--slo", "p50=1s", "--slo", "errors=20%"];
    const { code, stdout, stderr } = await run(
      ...[target.url, ...work, ...slo, "--max-seconds", "24", "--json"],
    );
    const result = JSON.parse(stdout) as StressResult;
    expect(result.stopped).toBeNull();
    expect(result.plan.longestStepMs).toBe(2_000);
    const phases = [...stderr.matchAll(/^phase (\d) of 5, (\w+): /gm)].map(([, , name]) => name);
    const all = ["unloaded", "search", "confirmation", "overload", "recovery"];
    expect(phases).toEqual(all.slice(0, phases.length));
    // A machine that is too busy to drive the load finds no rate, and then nothing follows. One
    // that takes seconds to start a generator has no time for the last phases, and says so.
    const isWhole = result.holds.length === 2 && result.recovery !== null;
    const isTold = result.finding?.met === null || /: no time is left$/m.test(stderr);
    expect(isWhole || isTold).toBe(true);
    expect(code).toBe(0);
  });

  test("a task of the user's own that returns a library's bytes", async () => {
    const images = fileURLToPath(new URL("../../fixtures/images.ts", import.meta.url));
    const own = ["--tasks", images, "--task", "png", "--mode", "threads"];
    const bounds = ["--max-rate", "10", "--max-seconds", "10", "--slo", "p50=5s"];
    const { code, stdout } = await run(...own, ...bounds, "--step-seconds", "0.5", "--json");
    const result = JSON.parse(stdout) as StressResult;
    expect(result.target).toMatchObject({ task: "png", checked: "status and result" });
    expect(result.unloaded?.served).toBeGreaterThan(0);
    expect(result.unloaded?.failed).toBe(0);
    expect(code).toBe(0);
  });

  test("a task that takes bytes and returns them", async () => {
    const bytes = fileURLToPath(new URL("../../fixtures/bytes-tasks.ts", import.meta.url));
    const own = ["--tasks", bytes, "--task", "echo", "--mode", "threads"];
    const input = ["--input", `@${bytes}`, "--type", "text/plain"];
    const bounds = ["--max-rate", "20", "--max-seconds", "10", "--slo", "p50=5s"];
    const { code, stdout } = await run(
      ...[...own, ...input, ...bounds, "--step-seconds", "0.5", "--json"],
    );
    const result = JSON.parse(stdout) as StressResult;
    const { size } = await stat(bytes);
    expect(result.target).toMatchObject({
      ...{ task: "echo", checked: "status and result" },
      input: { bytes: size, type: "text/plain", query: {} },
    });
    expect(result.unloaded?.served).toBeGreaterThan(0);
    expect(result.unloaded?.failed).toBe(0);
    expect(code).toBe(0);
  });

  test("a plain URL of another server is loaded as it is", async () => {
    const seen = new Set<string>();
    const other = createServer((request, response) => {
      seen.add(`${request.method} ${request.url} ${request.headers["x-mine"]}`);
      response.end("anything");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/a?b=c`;
    const more = ["--method", "put", "--header", "X-Mine: 1", "--body", "{}", "--max-rate", "20"];
    // A wide objective: a generator that a busy machine makes late then still drives it.
    const { code, stdout } = await run(url, ...more, ...short, "--slo", "p50=5s", "--json");
    other.close();
    const result = JSON.parse(stdout) as StressResult;
    expect(result.target).toMatchObject({ manycore: false, task: null, checked: "status" });
    expect(result.finding).toMatchObject({ outcome: "max-rate", met: 20 });
    // Without load, too: one client alone would get thousands.
    const { requests = 0, durationMs = 0 } = result.unloaded ?? {};
    expect(requests).toBeLessThanOrEqual(1 + 20.1 * (durationMs / 1_000));
    expect(result.holds).toEqual([]);
    expect([...seen]).toEqual(["GET /livez undefined", "PUT /a?b=c 1"]);
    expect(code).toBe(0);
  });
});

describe("bad input ends it with one message", () => {
  test.each([
    [2, ["http://192.0.2.1/"], /^stress: 192\.0\.2\.1 is not this machine.*--i-own-this-host/],
    [2, ["--slo", "p98=3ms"], /^stress: --slo "p98=3ms": use p50/],
    [2, ["--out", "/dev/null/x"], /^stress: --out \/dev\/null\/x: cannot be written to/],
    [2, ["--mode", "single", "--task", "nope"], /stress: --task nope: There is no task "nope"/],
    [2, ["--mode", "nope"], /--mode: \\"nope\\"[\s\S]*^stress: the server did not start/m],
    [
      2,
      ["--mode", "single", "--task", "primes", "--input", '{"limit":-1}'],
      /^stress: --input for primes: .*limit/m,
    ],
  ])("%i for %j", async (expected, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toMatch(message);
    expect(stderr.match(/^stress: /gm)).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(expected);
  });

  test("1 for a URL at which nothing listens", async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const { code, stderr } = await run(`http://127.0.0.1:${port}/`);
    expect(stderr).toMatch(/nothing answers there \(connect ECONNREFUSED.*Start the server first/);
    expect(code).toBe(1);
  });

  test("1 for a URL that does not answer well", async () => {
    const server = createServer((_, response) => response.writeHead(302, { location: "/b" }).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await run(`http://127.0.0.1:${port}/a`);
    server.close();
    expect(stderr).toMatch(/it answers 302.*leads to: \/b/);
    expect(code).toBe(1);
  });
});

async function childrenOf(pid: number | undefined): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return list.trim().split(" ").filter(Boolean).map(Number);
}
