/** Reads a result of the bench from its file, which may hold anything. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { messageOf } from "../../../src/errors.ts";
import { UsageError } from "../../command/failures.ts";

const positive = z.number().positive();
const count = z.int().min(1).max(100_000);

const measure = z.object({ median: positive, values: z.array(z.number()).readonly() });
const ratio = z.object({
  ratio: positive,
  interval: z.object({ low: positive, high: positive }).nullable(),
});
const fit = z.union([
  z.object({
    fitted: z.literal(true),
    serial: z.number().min(0).max(1),
    crosstalk: z.number().min(0),
    residuals: z.array(z.object({ n: count })).readonly(),
  }),
  z.object({ fitted: z.literal(false), reason: z.string() }),
]);
const runTimes = z.object({
  count,
  mean: positive,
  values: z.array(z.number().min(0)).min(1).max(1_000).readonly(),
});
const point = z.object({
  share: positive,
  offered: positive,
  latency: z.object({
    count: z.int().min(0),
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p95: z.number().nullable(),
    p99: z.number().nullable(),
  }),
  validity: z.object({ valid: z.boolean() }),
});
const variant = z.object({
  name: z.string(),
  kind: z.string(),
  workers: count,
  slots: count,
  peak: measure.nullable(),
  speedUp: ratio.nullable(),
  /** Results of an older bench have none. */
  runTimes: runTimes.nullable().optional(),
  latency: z.array(point).readonly(),
  validity: z.union([
    z.object({ valid: z.literal(true) }),
    z.object({ valid: z.literal(false), reasons: z.array(z.string()).readonly() }),
  ]),
});

/** What a size is computed from: some of a `BenchResult`. */
const sized = z.object({
  format: z.literal("manycore-bench"),
  formatVersion: z.literal(1),
  command: z.string(),
  startedAt: z.string(),
  environment: z.object({ cpu: z.string(), cores: count }),
  work: z.object({ task: z.string() }),
  scalability: z.object({ usl: fit }),
  variants: z.array(variant).readonly(),
});

export type SizedResult = z.infer<typeof sized>;
export type SizedVariant = SizedResult["variants"][number];
export type SizedPoint = SizedVariant["latency"][number];

/**
 * @param named how the command line named it, for messages
 * @throws UsageError that names the file and the remedy
 */
export function readResult(file: string, named: string): SizedResult {
  const remedy = "Give the bench.json of an earlier bench";
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof SyntaxError ? "it is no JSON" : messageOf(error);
    throw new UsageError(`${named}: cannot be read (${why}). ${remedy}`);
  }
  const read = sized.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue === undefined ? "" : ` (/${issue.path.join("/")}: ${issue.message})`;
  throw new UsageError(
    `${named}: no result of the bench, or of another version${where}. ${remedy}`,
  );
}
