/** The command as users type it, with real servers. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { BenchResult } from "../../../bench/compare/result/bench-result.ts";
import { readAllStats } from "../../../bench/load/processes/proc.ts";

const file = fileURLToPath(new URL("../../../bench/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bench-"));
afterAll(() => rmSync(folder, { recursive: true }));
/** A run has a few servers to start, on cores that it shares. */
const patienceMs = 90_000;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param onOutput is called with all of stderr so far, each time that there is more */
async function bench(
  argv: readonly string[],
  onOutput: (child: ChildProcess, stderr: string) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [file, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    onOutput(child, stderr);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

function read(out: string): BenchResult {
  return JSON.parse(readFileSync(join(out, "bench.json"), "utf8")) as BenchResult;
}

/** More rounds than it can finish. --smoke keeps the warm-up short. */
const long = ["--smoke", "--only", "gain", "--modes", "single", "--rounds", "1000"];

describe.runIf(process.platform === "linux")("npm run bench", () => {
  test(
    "--smoke measures every part of the comparison, and writes what it prints",
    async () => {
      const out = join(folder, "smoke");
      const parts = ["gain", "latency", "placement", "crossover"];
      const { code, stdout, stderr } = await bench(["--smoke", "--json", "--out", out, ...parts]);
      expect(stderr).toMatch(
        /^round 1 of 1: cluster \(again\), [\d.]+ runs\/s \((about \d+ s left|nearly done|\d+ s longer than was thought)\)$/m,
      );
      expect(code).toBe(0);
      const result = JSON.parse(stdout) as BenchResult;
      expect(read(out)).toEqual(result);
      expect(readFileSync(join(out, "bench.html"), "utf8")).toMatch(/^<!doctype html>/i);
      expect(result).toMatchObject({
        ...{ format: "manycore-bench", preset: "smoke", stopped: null },
        command: `npm run bench -- --smoke --json --out ${out} gain latency placement crossover`,
        work: { task: "hash", input: { algorithm: "pbkdf2-sha512", iterations: 21_000 } },
      });
      for (const variant of result.variants) {
        const { name, kind, peak, memory, startUp, cpuPer1000, warmUp, runTimes } = variant;
        expect(peak?.median, name).toBeGreaterThan(0);
        expect(cpuPer1000?.median, name).toBeGreaterThan(0);
        if (name === "bare") continue;
        expect(memory?.bytes, name).toBeGreaterThan(1e6);
        expect(startUp?.median, name).toBeGreaterThan(0);
        expect(warmUp?.requests, name).toBeGreaterThan(0);
        // The tutorials' server does not say how long a run took.
        if (kind === "reference") expect(runTimes, name).toBeNull();
        else expect(runTimes?.mean, name).toBeGreaterThan(1);
      }
      // Every answer was checked: none was wrong.
      expect(JSON.stringify(result)).not.toMatch(/wrong body|unexpected status/);
      const single = result.variants.find(({ name }) => name === "single");
      expect(single?.latency).toHaveLength(1);
      const tutorial = result.variants.find(({ name }) => name === "tutorial");
      expect(Object.keys(tutorial?.perWorker?.keepAlive ?? {}).length).toBeGreaterThan(0);
      expect(result.crossover?.lengths).toHaveLength(2);
      expect(result.crossover?.payloads).toHaveLength(2);
    },
    patienceMs,
  );

  test(
    "a task of the user's own, as a table",
    async () => {
      // Of a real library, with bytes in its result that lie where JSON.stringify calls toJSON.
      const images = fileURLToPath(new URL("../../fixtures/images.ts", import.meta.url));
      const { code, stdout } = await bench([
        ...["--smoke", "--only", "gain", "--tasks", images, "--task", "described-png"],
        ...["--input", '{"width":32}', "--modes", "threads,libuv"],
        ...["--out", join(folder, "own")],
      ]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^- Runs of described-png \(/);
      expect(stdout).not.toMatch(/wrong body|no right answer|it did not start/);
      for (const { name, peak } of read(join(folder, "own")).variants) {
        expect(peak?.median, name).toBeGreaterThan(0);
      }
    },
    patienceMs,
  );

  test(
    "a task that takes and returns bytes, which are compared",
    async () => {
      const bytes = fileURLToPath(new URL("../../fixtures/bytes-tasks.ts", import.meta.url));
      const photo = join(folder, "photo.png");
      writeFileSync(
        photo,
        Uint8Array.from({ length: 40_000 }, (_, index) => index % 251),
      );
      const { code, stdout } = await bench([
        ...["--smoke", "--only", "gain,placement", "--tasks", bytes, "--task", "crop"],
        ...["--input", `@${photo}`, "--type", "image/png", "--query", "length=30000"],
        ...["--modes", "cluster,threads", "--out", join(folder, "bytes")],
      ]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/wrong body|no right answer|it did not start/);
      const { work, variants } = read(join(folder, "bytes"));
      const input = { bytes: 40_000, type: "image/png", query: { length: "30000" } };
      expect(work).toMatchObject({ task: "crop", input });
      for (const { name, peak } of variants) expect(peak?.median, name).toBeGreaterThan(0);
    },
    patienceMs,
  );

  test(
    "a mode that does not start: the others are measured, and it says why in the server's words",
    async () => {
      const task = join(folder, "main-only.mjs");
      const index = new URL("../../../src/index.ts", import.meta.url).href;
      writeFileSync(
        task,
        `import { isMainThread } from "node:worker_threads";
         import { defineTask, z } from ${JSON.stringify(index)};
         if (!isMainThread) throw new Error("not in a thread");
         export const only = defineTask({
           name: "only", description: "Only.", example: {}, input: z.strictObject({}), run: () => 1,
         });`,
      );
      const out = join(folder, "main-only");
      const { code } = await bench([
        ...["--smoke", "--only", "latency,crossover", "--tasks", task, "--task", "only"],
        ...["--modes", "single,threads", "--out", out],
      ]);
      expect(code).toBe(0);
      const { variants } = read(out);
      const of = (name: string) => variants.find((one) => one.name === name);
      expect(of("single")?.peak?.median).toBeGreaterThan(0);
      expect(of("threads")?.validity).toMatchObject({
        ...{
          valid: false,
          reasons: [expect.stringMatching(/^it did not start: .*not in a thread/)],
        },
      });
    },
    patienceMs,
  );

  test(
    "a server that dies mid-run: what was measured is kept, exit code 1",
    async () => {
      const out = join(folder, "died");
      let killed = false;
      const { code, stdout, stderr } = await bench([...long, "--out", out], (child, text) => {
        if (killed || !/round 1 of 1000: single,/.test(text)) return;
        killed = true;
        const server = readAllStats()
          .filter(({ parentPid }) => parentPid === child.pid)
          .find(({ pid }) =>
            readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("manycore.js\0--port"),
          );
        if (server === undefined) throw new Error("the bench has no server");
        process.kill(server.pid, "SIGKILL");
      });
      expect(stderr).toContain(
        "bench: the server of single ended in the middle of the run (SIGKILL)",
      );
      expect(code).toBe(1);
      const result = read(out);
      expect(result.stopped?.reason).toMatch(/the server of single ended/);
      expect(result.variants.find(({ name }) => name === "single")?.peak?.median).toBeGreaterThan(
        0,
      );
      expect(stdout).toContain("This run ended early");
    },
    patienceMs,
  );

  test(
    "Ctrl-C before anything was measured: what is there from another run stays",
    async () => {
      const out = join(folder, "early");
      mkdirSync(out);
      writeFileSync(join(out, "bench.json"), "of another run");
      let isSent = false;
      const argv = [...long, "--out", out];
      const { code, stdout, stderr } = await bench(argv, (child, text) => {
        if (isSent || !/ s or so; Ctrl-C ends it early/.test(text)) return;
        isSent = true;
        child.kill("SIGINT");
      });
      expect(code).toBe(130);
      expect(stdout).toBe("");
      expect(stderr).toContain(`Nothing was measured; ${out} is left as it was.`);
      expect(readFileSync(join(out, "bench.json"), "utf8")).toBe("of another run");
    },
    patienceMs,
  );

  test(
    "Ctrl-C: what was measured is kept, nothing is left behind",
    async () => {
      const out = join(folder, "stopped");
      let pids: number[] = [];
      const { code, stdout, stderr } = await bench([...long, "--out", out], (child, text) => {
        if (pids.length > 0 || !/round 2 of 1000: single,/.test(text)) return;
        pids = readAllStats()
          .filter(({ parentPid }) => parentPid === child.pid)
          .map(({ pid }) => pid);
        child.kill("SIGINT");
      });
      expect(stderr).toMatch(/^bench: ended by SIGINT$/m);
      expect(code).toBe(130);
      expect(read(out).stopped).toEqual({ reason: "ended by SIGINT" });
      expect(stdout).toMatch(/^single(?: INVALID)? +\d/m);
      expect(pids.length).toBeGreaterThan(1);
      const alive = readAllStats().map(({ pid }) => pid);
      expect(pids.filter((pid) => alive.includes(pid))).toEqual([]);
    },
    patienceMs,
  );
});

describe("a command line that is wrong has exit code 2 and one message", () => {
  const out = join(folder, "wrong");
  test.each([
    [["--modes", "clutser"], /^bench: --modes clutser: use single, .*Did you mean cluster\?/],
    [["--quik"], /^bench: Unknown flag --quik\. Did you mean --quick\?/],
    [["--max-pending", "5"], /^bench: --max-pending is a flag of the server\. The bench starts/],
    [["--task", "hush"], /^bench: --task hush: there is no such task\. There are hash, json/],
    [["--input", "{"], /^bench: --input "\{": not JSON/],
    [["--input", '{"input":"a","iterations":0}'], /^bench: --input for hash: .*\/iterations/],
    [["--input", "@/no/such"], /^bench: --input @\/no\/such: cannot be read \(ENOENT/],
    [["--tasks", "/no/such/file.js"], /^bench: Task file \/no\/such\/file\.js does not exist/],
    [["--task", "primes", "--modes", "libuv"], /^bench: --modes libuv: primes has no native form/],
    [["--out", file], /^bench: --out .*: cannot be written to/],
  ])("%j", async (argv, message) => {
    const { code, stdout, stderr } = await bench(["--smoke", "--out", out, ...argv]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(2);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
