/** `npm run bench -- --size-for`, from the command line to the exit code. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runBench } from "../../../../bench/compare/command.ts";
import type { Sizing } from "../../../../bench/compare/size/size.ts";
import { LineProgress } from "../../../../bench/compare/terminal/progress.ts";
import { benchResult } from "../../../fixtures/bench-result.ts";

const folder = mkdtempSync(join(tmpdir(), "size-for-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "bench.json");
writeFileSync(file, JSON.stringify(benchResult));

/** Real servers start on cores that they share. */
const patienceMs = 90_000;

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

const asked = ["--size-for", "1000/s", "--slo", "p99=80ms"];
const threads = [...asked, "--modes", "threads"];

describe("from an earlier result", () => {
  test("--from: the answer, what one less gives, the source and the assumptions", async () => {
    const { code, out, err } = await bench(...threads, "--from", file);
    expect(err).toBe(`Sized from ${file}.\n`);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^1,000\/s of hash with p99 within 80 ms: \d hosts of \d cores each \(\d+ in all\) with --mode threads\. Predicted: [\d.]+ % busy, p99 [\d.]+ ms\.$/m,
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
      asked: { perSecond: 1_000, slo: { figure: "p99", limitMs: 80 }, headroom: 0.2 },
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

describe.runIf(process.platform === "linux")("without one", () => {
  test(
    "measures, keeps the result, and sizes from the run times that the servers told",
    async () => {
      const out = join(folder, "new");
      mkdirSync(out);
      const argv = ["--size-for", "1/min", "--slo", "p50=30s", "--smoke", "--modes", "threads"];
      const { code, out: text, err } = await bench(...argv, "--out", out);
      expect(err).toContain(`Written: ${join(out, "bench.json")}`);
      expect(code).toBe(0);
      expect(text).toMatch(/^- \d+ runs were timed by the server/m);
      expect(existsSync(join(out, "bench.html"))).toBe(true);
      const kept = JSON.parse(readFileSync(join(out, "bench.json"), "utf8")) as typeof benchResult;
      const { runTimes } = kept.variants.find(({ name }) => name === "threads") ?? {};
      expect(runTimes?.count).toBeGreaterThan(0);
      expect(runTimes?.mean).toBeGreaterThan(0.5);
      expect(kept.variants.find(({ name }) => name === "tutorial")?.runTimes).toBeNull();
    },
    patienceMs,
  );
});
