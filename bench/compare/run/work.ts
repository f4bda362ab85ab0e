import { stringify } from "node:querystring";
import type { LoadRequest } from "../../load/generator/plan.ts";
import type { BareCompute, ComputeTask } from "../references/bare-compute.ts";
import type { Prepared } from "../references/compute.ts";
import { chooseRunLengthMs } from "../result/run-length.ts";

/** A task with an input, and the request that asks a server for it. */
export interface PreparedWork {
  readonly task: string;
  /** As it is sent: with its defaults filled in, unless the schema transforms its input. */
  readonly input: unknown;
  readonly request: LoadRequest;
  readonly native: boolean;
  readonly resultBytes: number;
}

/** Iterations of pbkdf2-sha512 with a 64-byte key that take about 10 ms. */
const usualIterations = 21_000;

/**
 * Only the end of a longer result is compared. Otherwise the check would be the generator's main
 * work.
 */
const comparedLength = 4_096;

/** Undefined takes the task's own example. */
export function chooseInput(task: string): unknown {
  return task === "hash" ? makeHashInput(usualIterations) : undefined;
}

export function makeHashInput(iterations: number): Record<string, string | number> {
  return { input: "bench", salt: "salt", saltEncoding: "utf8", iterations };
}

/** @throws ComputeRefused where there is no such task, or it does not accept the input */
export async function prepareWork(compute: BareCompute, asked: ComputeTask): Promise<PreparedWork> {
  const prepared = await compute.prepare(asked);
  return {
    task: asked.task,
    input: prepared.input,
    request: makeRunRequest(asked.task, prepared),
    native: prepared.native,
    resultBytes: prepared.result?.length ?? 0,
  };
}

/** How long to gauge the length of a run. */
const gaugeMs = 200;

/** Length of a run of the task that was prepared last, in ms. */
export async function gaugeRunLengthMs(compute: BareCompute): Promise<number> {
  const reports = await compute.run(gaugeMs);
  const mean = (pick: (report: (typeof reports)[number]) => number) =>
    reports.reduce((sum, report) => sum + pick(report), 0) /
    Math.max(
      1,
      reports.reduce((sum, { runs }) => sum + runs, 0),
    );
  return chooseRunLengthMs({
    cpuMs: mean((report) => report.cpuMs),
    clockMs: mean((report) => report.elapsedMs),
  });
}

/**
 * The answer must have exactly the result of the bare computation. If the result differs from run
 * to run, only the status is checked.
 */
export function makeRunRequest(
  task: string,
  { input, result }: Pick<Prepared, "input" | "result">,
): LoadRequest {
  const request = task === "hash" ? makeHashRequest(input) : makePost(task, input);
  return result === null ? request : { ...request, expect: { body: expectResult(result) } };
}

/** Servers limit the size of a header; a longer path comes near that. */
const longestQuery = 8_192;

/** A hash by GET, as users ask for it. By POST if no query can hold the input. */
export function makeHashRequest(input: unknown): LoadRequest {
  const query = stringify(input as Record<string, string | number>);
  return query.length > longestQuery ? makePost("hash", input) : { path: `/hash?${query}` };
}

/** A run of any task. */
export function makePost(task: string, input: unknown): LoadRequest {
  return { method: "POST", path: `/tasks/${task}`, body: JSON.stringify(input) };
}

function expectResult(result: string): { readonly kind: "contains"; readonly text: string } {
  const whole = `"result":${result},"run":`;
  return { kind: "contains", text: whole.slice(-comparedLength) };
}
