import { stringify } from "node:querystring";
import type { LoadRequest } from "../../load/generator/plan.ts";
import type { BareCompute, ComputeTask } from "../references/bare-compute.ts";
import type { Prepared } from "../references/compute.ts";
import { chooseRunLengthMs } from "../result/run-length.ts";

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

/** How long the length of a run is gauged for. */
const gaugeMs = 200;

/** Of what was made ready last, in ms. */
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
 * The answer must have the very result that the bare computation gave. Where that differs from run
 * to run, only the status can be checked.
 */
export function makeRunRequest(
  task: string,
  { input, result }: Pick<Prepared, "input" | "result">,
): LoadRequest {
  const request = task === "hash" ? makeHashRequest(input) : makePost(task, input);
  return result === null ? request : { ...request, expect: { body: expectResult(result) } };
}

/** Longer paths would come near to what a server takes of a header. */
const longestQuery = 8_192;

/** A hash as users ask for one, by GET; with an input that no query can hold, by POST. */
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
