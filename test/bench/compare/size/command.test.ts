/** `npm run bench -- --size-for`, from the command line to the exit code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runBench } from "../../../../bench/compare/command.ts";
import { readBenchOptions } from "../../../../bench/compare/plan/options.ts";
import { sizeAndTell } from "../../../../bench/compare/size/command.ts";
import type { Sizing } from "../../../../bench/compare/size/size.ts";
import { LineProgress } from "../../../../bench/compare/terminal/progress.ts";
import { benchResult } from "../../../fixtures/bench-result.ts";

const folder = mkdtempSync(join(tmpdir(), "size-for-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "bench.json");
writeFileSync(file, JSON.stringify(benchResult));

async function bench(...argv: string[]) {
  let [out, err] = ["", ""];
  const code = await runBench(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    createProgress: (totalMs) =>
      new LineProgress({ write: () => true }, totalMs, { now: () => performance.now() }),
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

const asked = ["--size-for", "700/s", "--slo", "p99=80ms"];
const threads = [...asked, "--modes", "threads"];

describe("from an earlier result", () => {
  test("--from: the answer, what one less gives, the source and the assumptions", async () => {
    const { code, out, err } = await bench(...threads, "--from", file);
    expect(err).toBe(`Sized from ${file}.\n`);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^700\/s of hash with p99 within 80 ms: \d hosts of \d cores each \(\d+ in all\) with --mode threads\. Predicted: [\d.]+ % busy, p99 [\d.]+ ms\.$/m,
    );
    expect(out).toMatch(/^the answer: least connections .* yes$/m);
    expect(out).toMatch(/^one host less: .* no$/m);
    expect(out).toMatch(/^- \d+ runs were timed by the server: p50 /m);
    expect(out).toMatch(/^- What does not scale within a host: /m);
    expect(out).toMatch(/^the same model, one host +load +p99 predicted +measured +ratio$/m);
    expect(out).toMatch(
      /^- Runs come at random times, each independent of the others \(Poisson\)/m,
    );
  });

  test("--out: the result that is there, without measuring", async () => {
    const { code, err } = await bench(...threads, "--out", folder);
    expect([code, err]).toEqual([0, `Sized from ${file}.\n`]);
  });

  test("--json", async () => {
    const { out } = await bench(...threads, "--from", file, "--json", "--headroom", "20%");
    const sizing = JSON.parse(out) as Sizing;
    expect(sizing).toMatchObject({
      format: "manycore-sizing",
      asked: { perSecond: 700, slo: { figure: "p99", limitMs: 80 }, headroom: 0.2 },
      mode: "threads",
    });
    expect(sizing.rows[0]).toMatchObject({ ...sizing.answer, meets: true });
  });

  test("a target that nothing meets is a failure with its reason", async () => {
    const { code, out, err } = await bench("--size-for", "9/s", "--slo", "p99=3ms", "--from", file);
    expect(err).toMatch(
      /^bench: --slo p99=3ms: no number of hosts does that\. Without any waiting/m,
    );
    expect([code, out]).toEqual([1, ""]);
  });

  test("a file that is no result is a wrong command line", async () => {
    const wrong = join(folder, "wrong.json");
    writeFileSync(wrong, "{}");
    const { code, out, err } = await bench(...asked, "--from", wrong);
    expect(err).toMatch(/^bench: --from .*wrong\.json: no result of the bench/);
    expect([code, out]).toEqual([2, ""]);
  });
});

describe("without an earlier result", () => {
  async function tell(argv: readonly string[]) {
    let [out, err, measured] = ["", "", 0];
    const options = readBenchOptions(argv);
    if (options?.sizing == null) throw new Error("no size is asked for");
    await sizeAndTell(options, options.sizing, {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      measure: async () => {
        measured += 1;
        return benchResult;
      },
    });
    return { out, err, measured };
  }

  test("it measures, and says so", async () => {
    const { out, err, measured } = await tell([...threads, "--out", join(folder, "none")]);
    expect(measured).toBe(1);
    expect(err).toBe("There is no result of the bench to size from: measuring first.\n");
    expect(out).toMatch(/^700\/s of hash with p99 within 80 ms: /);
  });

  test("so it does where the command line says what to measure, whatever is there", async () => {
    const { err, measured } = await tell([...threads, "--task", "hash", "--out", folder]);
    expect(measured).toBe(1);
    expect(err).toBe("Measuring what the command line says.\n");
  });
});
