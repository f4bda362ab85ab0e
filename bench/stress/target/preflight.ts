/** Inspects the target before the load: whether it answers, with what, and what can be checked. */
import { isIPv6 } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { RunError, UsageError } from "../../command/failures.ts";
import { readPointer } from "../../load/generator/expectation.ts";
import type { JsonValue, LoadRequest } from "../../load/generator/plan.ts";
import type { StressOptions } from "../options/options.ts";
import type { Target } from "../result/result.ts";
import { ask, type TargetAnswer } from "./ask.ts";

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
/** A longer result is not compared. Reading it would be the generator's main work. */
const comparedBytes = 65_536;
const fixedHash = { input: "stress", salt: "00112233445566778899aabbccddeeff" };

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
  const asked = await makeRequest(url, origin, host, options, signal);
  const first = await ask(origin, asked, signal);
  if (first.status < 200 || first.status > 299) throw explainRefusal(url, asked, first, options);
  const second = await ask(origin, asked, signal);
  const result = options.task === null ? undefined : findRepeated(first, second);
  return {
    origin,
    host,
    answerMs: Math.min(first.ms, second.ms),
    request: {
      ...asked,
      expect: {
        statuses: good,
        tolerated: refusals,
        ...(result === undefined
          ? {}
          : { body: { kind: "json", pointer: "/result", equals: result } as const }),
      },
    },
    target: {
      url: url.href,
      method: asked.method ?? "GET",
      path: asked.path,
      task: options.task,
      input: asked.body === undefined || options.task === null ? null : JSON.parse(asked.body),
      manycore,
      serverFlags: options.url === null ? options.serverFlags : null,
      checked: result === undefined ? "status" : "status and result",
    },
  };
}

/** The first address that answers, and whether it is manycore. */
async function reach(url: URL, origins: readonly string[], host: string, signal: AbortSignal) {
  let failure = "no address";
  for (const origin of origins) {
    try {
      const answer = await ask(origin, { path: "/livez", headers: { host } }, signal);
      const body = Buffer.from(answer.body);
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

async function makeRequest(
  url: URL,
  origin: string,
  host: string,
  options: StressOptions,
  signal: AbortSignal,
): Promise<LoadRequest> {
  const headers = { ...options.headers, host };
  if (options.task === null) {
    return {
      method: options.method ?? (options.body === null ? "GET" : "POST"),
      path: url.pathname + url.search,
      headers,
      ...(options.body === null ? {} : { body: options.body }),
    };
  }
  const path = `/tasks/${encodeURIComponent(options.task)}`;
  const input = options.input ?? (await fetchExample(options.task, path, origin, headers, signal));
  return { method: "POST", path, headers, body: JSON.stringify(input) };
}

async function fetchExample(
  task: string,
  path: string,
  origin: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = await ask(origin, { path, headers }, signal);
  if (answer.status !== 200) throw new UsageError(`--task ${task}: ${readDetail(answer)}`);
  if (task === "hash") return fixedHash;
  return readPointer(Buffer.from(answer.body), "/example") ?? null;
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

/** The detail of a problem document (RFC 9457), or the status. */
function readDetail({ status, body }: TargetAnswer): string {
  const bytes = Buffer.from(body);
  const detail = readPointer(bytes, "/detail");
  return typeof detail === "string" ? detail : `it answers ${status}.`;
}

/** The result of a task that gives the same one twice. Undefined if it does not. */
function findRepeated(first: TargetAnswer, second: TargetAnswer): JsonValue | undefined {
  if (first.body.length > comparedBytes) return undefined;
  const [one, two] = [first, second].map(({ body }) => readPointer(Buffer.from(body), "/result"));
  return one !== undefined && isDeepStrictEqual(one, two) ? (one as JsonValue) : undefined;
}
