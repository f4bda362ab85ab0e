import { stringify } from "node:querystring";
import type { LoadRequest } from "../../load/generator/plan.ts";
import type { BareCompute, ComputeTask } from "../references/bare-compute.ts";
import type { Prepared } from "../references/compute.ts";
import { runLengthOf } from "../result/run-length.ts";

/** A task with an input, and the request that asks a server for it. */
export interface PreparedWork {
  readonly task: string;
  /** As it is sent: with its defaults filled in, unless the schema makes something else of it. */
  readonly input: unknown;
  readonly request: LoadRequest;
  readonly native: boolean;
  readonly resultBytes: number;
}

/** Of pbkdf2-sha512 with a 64-byte key: about 10 ms. */
const usualIterations = 21_000;

/** A result that is longer is told by its end, lest the check is the generator's main work. */
const comparedLength = 4_096;

/** Undefined where the task's own example will do. */
export function usualInput(task: string): unknown {
  return task === "hash" ? hashInput(usualIterations) : undefined;
}

export function hashInput(iterations: number): Record<string, string | number> {
  return { input: "bench", salt: "salt", saltEncoding: "utf8", iterations };
}

/** @throws ComputeRefused where there is no such task, or it does not accept the input */
export async function prepareWork(compute: BareCompute, asked: ComputeTask): Promise<PreparedWork> {
  const prepared = await compute.prepare(asked);
  return {
    task: asked.task,
    input: prepared.input,
    request: requestFor(asked.task, prepared),
    native: prepared.native,
    resultBytes: prepared.result?.length ?? 0,
  };
}

/** How long the length of a run is gauged for. */
const gaugeMs = 200;

/** Of what was made ready last, in ms. */
export async function runLength(compute: BareCompute): Promise<number> {
  const reports = await compute.run(gaugeMs);
  const mean = (pick: (report: (typeof reports)[number]) => number) =>
    reports.reduce((sum, report) => sum + pick(report), 0) /
    Math.max(
      1,
      reports.reduce((sum, { runs }) => sum + runs, 0),
    );
  return runLengthOf({
    cpuMs: mean((report) => report.cpuMs),
    clockMs: mean((report) => report.elapsedMs),
  });
}

/**
 * The answer must have the very result that the bare computation gave. Where that differs from run
 * to run, only the status can be checked.
 */
export function requestFor(
  task: string,
  { input, result }: Pick<Prepared, "input" | "result">,
): LoadRequest {
  const request = task === "hash" ? hashRequest(input) : posted(task, input);
  return result === null ? request : { ...request, expect: { body: containing(result) } };
}

/** Longer paths would come near to what a server takes of a header. */
const longestQuery = 8_192;

/** A hash as users ask for one, by GET; with an input that no query can hold, by POST. */
export function hashRequest(input: unknown): LoadRequest {
  const query = stringify(input as Record<string, string | number>);
  return query.length > longestQuery ? posted("hash", input) : { path: `/hash?${query}` };
}

/** A run of any task. */
export function posted(task: string, input: unknown): LoadRequest {
  return { method: "POST", path: `/tasks/${task}`, body: JSON.stringify(input) };
}

function containing(result: string): { readonly kind: "contains"; readonly text: string } {
  const whole = `"result":${result},"run":`;
  return { kind: "contains", text: whole.slice(-comparedLength) };
}
