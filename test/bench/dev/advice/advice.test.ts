/** The mode that each example's README says is advised. The command itself takes minutes. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { noInput } from "../../../../bench/command/given-input.ts";
import { readBenchOptions } from "../../../../bench/compare/plan/options.ts";
import { BareCompute } from "../../../../bench/compare/references/bare-compute.ts";
import type { BenchResult } from "../../../../bench/compare/result/bench-result.ts";
import { examples } from "../../../../bench/dev/advice/examples.ts";
import { makePhoto } from "../../../../bench/dev/advice/inputs.ts";
import { NoAdvice, writeAdvice } from "../../../../bench/dev/advice/section.ts";
import { benchResult } from "../../../fixtures/bench-result.ts";

const root = new URL("../../../../examples/", import.meta.url);
const inputs = mkdtempSync(join(tmpdir(), "advice-"));
afterAll(() => rmSync(inputs, { recursive: true }));
const command = "npm run bench -- --quick";

describe("the advice", () => {
  test("begins with the mode to use, and has the figures, the command, the date and the run", () => {
    const text = writeAdvice(benchResult, "a picture", command);
    expect(text).toMatch(/^\*\*Use [a-z, ]+ for the highest throughput\.\*\* /);
    for (const mode of ["single", "cluster", "threads", "hybrid", "libuv"]) {
      expect(text).toMatch(new RegExp(`^\\| ${mode} `, "m"));
    }
    expect(text).not.toMatch(/^\| (bare|tutorial) /m);
    expect(text).toContain(
      `Measured on ${benchResult.startedAt.slice(0, 10)} by \`${command}\` on`,
    );
    expect(text).toContain("A run is a picture: 10.2 ms without a server.");
  });

  test.each<[string, Partial<BenchResult>, RegExp]>([
    ["was stopped", { stopped: { reason: "ended by SIGINT" } }, /^ended by SIGINT$/],
    [
      "has an invalid mode",
      {
        variants: benchResult.variants.map((variant) =>
          variant.name === "threads"
            ? { ...variant, validity: { valid: false, reasons: ["3 wrong bodies"] } }
            : variant,
        ),
      },
      /^threads is INVALID: 3 wrong bodies$/,
    ],
    [
      "is of a restless machine",
      {
        control: {
          variant: "cluster",
          ratio: { ratio: 1.5, interval: { low: 1.1, high: 2 }, confidence: 0.95, rounds: 5 },
        },
      },
      /^cluster, measured twice, differs from itself/,
    ],
  ])("is not given if the result %s", (_what, change, reason) => {
    const write = () => writeAdvice({ ...benchResult, ...change }, "a picture", command);
    expect(write).toThrow(NoAdvice);
    expect(write).toThrow(reason);
  });
});

describe("the examples", () => {
  test("with a place for advice are all measured", () => {
    const folders = readdirSync(root).filter((name) => {
      const readme = new URL(`${name}/README.md`, root);
      return existsSync(readme) && readFileSync(readme, "utf8").includes("<!-- advice -->");
    });
    expect(examples.map(({ folder }) => folder)).toEqual(folders.sort());
  });

  test.each(examples)("$folder: the bench can run it", async ({ folder, task, file, words }) => {
    using compute = new BareCompute(1, new AbortController().signal);
    const given = readBenchOptions(words)?.input ?? noInput;
    const path = file === null ? null : join(inputs, file.name);
    if (file !== null) writeFileSync(join(inputs, file.name), await file.make());
    const files = [fileURLToPath(new URL(`${folder}/tasks.ts`, root))];
    const input = path === null ? given : { ...given, file: path };
    const { answer } = await compute.prepare({ task, input, files });
    // It gives the same answer each time, which the bench can compare.
    const shared = answer.kind === "json" ? answer.result : answer.expect?.body?.kind;
    expect(shared).toMatch(answer.kind === "json" ? /^\{/ : /^bytes$/);
  });

  test("the photo is a photo", async () => {
    const { format, width, height } = await sharp(await makePhoto()).metadata();
    expect([format, width, height]).toEqual(["jpeg", 2000, 1500]);
  });
});
