/** Inspects the target before the load: whether it answers, with what, and what can be checked. */
import { isIPv6 } from "node:net";
import { RunError, UsageError } from "../../command/failures.ts";
import { readPointer } from "../../load/generator/expectation.ts";
import type { LoadRequest } from "../../load/generator/plan.ts";
import type { StressOptions } from "../options/options.ts";
import type { Target } from "../result/result.ts";
import { ask, type TargetAnswer } from "./ask.ts";
import { describeChecks, findShared } from "./shared.ts";
import { makeTaskRequest, readDetail, type TaskRequest } from "./task-request.ts";

/** What to send, and where to: an origin whose host is an address. */
export interface Aim {
  readonly origin: string;
  /** The Host header: the name, if the URL has one. */
  readonly host: string;
  readonly request: LoadRequest;
  readonly target: Target;
  /** Time of an answer without load. */
  readonly answerMs: number;
}

const good = Array.from({ length: 100 }, (_, index) => 200 + index);
/** Statuses by which a server refuses load, as it should when it has too much. */
const refusals = [429, 503];

/**
 * @param addresses of the URL's host, checked
 * @throws UsageError for an unknown task or an input that it refuses
 * @throws RunError where the target cannot be reached, or does not answer well
 */
export async function inspectTarget(
  url: URL,
  addresses: readonly string[],
  options: StressOptions,
  signal: AbortSignal,
): Promise<Aim> {
  const { host, port } = url;
  const origins = addresses.map(
    (address) => `http://${isIPv6(address) ? `[${address}]` : address}:${port || "80"}`,
  );
  const { origin, manycore } = await reach(url, origins, host, signal);
  const { request: asked, input } = await makeRequest(url, origin, options, signal);
  const first = await ask(origin, asked, signal);
  if (first.status < 200 || first.status > 299) throw explainRefusal(url, asked, first, options);
  const second = await ask(origin, asked, signal);
  const expected = options.task === null ? undefined : findShared(first, second);
  return {
    origin,
    host,
    answerMs: Math.min(first.ms, second.ms),
    request: {
      ...asked,
      expect: { ...expected, statuses: good, tolerated: refusals },
    },
    target: {
      url: url.href,
      method: asked.method ?? "GET",
      path: asked.path,
      task: options.task,
      input,
      manycore,
      serverFlags: options.url === null ? options.serverFlags : null,
      checked: describeChecks(expected),
    },
  };
}

/** The first address that answers, and whether it is manycore. */
async function reach(url: URL, origins: readonly string[], host: string, signal: AbortSignal) {
  let failure = "no address";
  for (const origin of origins) {
    try {
      const answer = await ask(origin, { path: "/livez", headers: { host } }, signal);
      const { body } = answer;
      const manycore =
        readPointer(body, "/status") === "alive" && readPointer(body, "/pid") !== undefined;
      return { origin, manycore };
    } catch (error) {
      signal.throwIfAborted();
      failure = error instanceof Error ? error.message : String(error);
    }
  }
  throw new RunError(
    `URL ${url.href}: nothing answers there (${failure}). Start the server first, or leave the URL out to start manycore`,
  );
}

/** What to send, and what to say of it: null for a URL that is loaded as it is. */
async function makeRequest(
  url: URL,
  origin: string,
  options: StressOptions,
  signal: AbortSignal,
): Promise<TaskRequest> {
  const { task, input, method, body } = options;
  const headers = { ...options.headers, host: url.host };
  if (task !== null) return makeTaskRequest(task, input, { origin, headers, signal });
  const plain = {
    method: method ?? (body === null ? "GET" : "POST"),
    path: url.pathname + url.search,
    headers,
  };
  return { request: body === null ? plain : { ...plain, body }, input: null };
}

function explainRefusal(
  url: URL,
  asked: LoadRequest,
  answer: TargetAnswer,
  options: StressOptions,
): Error {
  const { task } = options;
  if (task !== null && answer.status === 404) {
    return new UsageError(`--task ${task}: ${readDetail(answer)}`);
  }
  if (task !== null && answer.status < 500) {
    return new UsageError(`--input for ${task}: ${readDetail(answer)}`);
  }
  const remedy =
    answer.status < 400 && answer.status >= 300
      ? ` Give the URL that it leads to: ${answer.headers["location"] ?? "see its Location"}`
      : " Only what answers 2xx when it is idle can be loaded";
  return new RunError(`${asked.method ?? "GET"} ${url.href}: ${readDetail(answer)}${remedy}`);
}
