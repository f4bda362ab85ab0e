import { stringify } from "node:querystring";
import { type GivenInput, giveJson, isGiven } from "../../command/given-input.ts";
import { describeBytes, makeBytesPost, makePost } from "../../command/task-post.ts";
import type { Expectation, LoadRequest } from "../../load/generator/plan.ts";
import type { BareCompute, ComputeTask } from "../references/bare-compute.ts";
import type { ExpectedAnswer, Prepared } from "../references/compute.ts";
import { chooseRunLengthMs } from "../result/run-length.ts";

/** A task with an input, and the request that asks a server for it. */
export interface PreparedWork {
  readonly task: string;
  /**
   * As it is sent: with its defaults filled in, unless the schema transforms its input. Of bytes only
   * what they are.
   */
  readonly input: unknown;
  readonly request: LoadRequest;
  readonly native: boolean;
  /** Whether its answers name the worker, and are short enough to look for it. */
  readonly namesWorker: boolean;
}

/** Iterations of pbkdf2-sha512 with a 64-byte key that take about 10 ms. */
const usualIterations = 21_000;

/**
 * Only the end of a longer result is compared. Otherwise the check would be the generator's main
 * work.
 */
const comparedLength = 4_096;

/** In a longer result the worker's number is not looked for. */
const readableLength = 65_536;

/** What is measured if no input was given. Nothing takes the task's own example. */
export function chooseInput(task: string, given: GivenInput): GivenInput {
  return task === "hash" && !isGiven(given) ? giveJson(makeHashInput(usualIterations)) : given;
}

export function makeHashInput(iterations: number): Record<string, string | number> {
  return { input: "bench", salt: "salt", saltEncoding: "utf8", iterations };
}

/** @throws ComputeRefused where there is no such task, or it does not accept the input */
export async function prepareWork(compute: BareCompute, asked: ComputeTask): Promise<PreparedWork> {
  const prepared = await compute.prepare(asked);
  const { input, body, answer, native } = prepared;
  return {
    task: asked.task,
    input: body === null ? input : describeBytes(body),
    request: makeRunRequest(asked.task, prepared),
    native,
    namesWorker: answer.kind === "json" && (answer.result?.length ?? 0) <= readableLength,
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
 * to run, only the status is checked; of bytes, what they have in common.
 */
export function makeRunRequest(
  task: string,
  { input, body, answer }: Pick<Prepared, "input" | "body" | "answer">,
): LoadRequest {
  const json = () => (task === "hash" ? makeHashRequest(input) : makePost(task, input));
  const request = body === null ? json() : makeBytesPost(task, body);
  const expect = expectAnswer(answer);
  return expect === undefined ? request : { ...request, expect };
}

function expectAnswer(answer: ExpectedAnswer): Expectation | undefined {
  if (answer.kind === "bytes") return answer.expect;
  return answer.result === null ? undefined : { body: expectResult(answer.result) };
}

/** Servers limit the size of a header; a longer path comes near that. */
const longestQuery = 8_192;

/** A hash by GET, as users ask for it. By POST if no query can hold the input. */
export function makeHashRequest(input: unknown): LoadRequest {
  const query = stringify(input as Record<string, string | number>);
  return query.length > longestQuery ? makePost("hash", input) : { path: `/hash?${query}` };
}

function expectResult(result: string): { readonly kind: "contains"; readonly text: string } {
  const whole = `"result":${result},"run":`;
  return { kind: "contains", text: whole.slice(-comparedLength) };
}
