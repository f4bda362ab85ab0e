import type { IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { messageOf, shorten } from "../../../errors.ts";
import { request as requestHttp } from "../../../node-http.ts";
import type { SentWebhook } from "../../delivery.ts";
import type { AllowedHosts } from "../allowed.ts";
import { explainStatus, readRetryAfter } from "./answers.ts";
import { checkedLookup, type Resolve } from "./checked-lookup.ts";

/** What is read of an answer. Nobody looks at it: it is read so that the receiver can finish. */
const mostAnswerBytes = 64 * 1024;

/** Longest text of an error, in characters. */
const longestError = 300;

export interface Envelope {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostOptions {
  readonly allowed: AllowedHosts;
  readonly resolve: Resolve;
  /** How long an attempt may take, until the status of the answer is here. */
  readonly timeoutMs: number;
}

/**
 * Makes one attempt. It follows no redirect, and connects to no address that is not allowed.
 *
 * @param stop breaks the attempt off
 * @returns what came of it; undefined if it was broken off
 */
export async function postWebhook(
  envelope: Envelope,
  { allowed, resolve, timeoutMs }: PostOptions,
  stop: AbortSignal,
): Promise<SentWebhook | undefined> {
  const startedAt = Date.now();
  const from = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const result = { status: null as number | null, error: null as string | null };
  let retryAfterMs: number | null = null;
  try {
    const url = new URL(envelope.url);
    const refusal = allowed.refusalOfHost(url);
    if (refusal !== null) throw new Error(refusal);
    const lookup = checkedLookup(resolve, (address) => allowed.refusalOfAddress(url, address));
    const answer = await exchange(url, envelope, lookup, AbortSignal.any([stop, timeout]));
    result.status = answer.statusCode ?? 0;
    result.error = explainStatus(result.status);
    retryAfterMs = readRetryAfter(answer.headers["retry-after"], Date.now());
  } catch (error) {
    if (stop.aborted) return undefined;
    const why = timeout.aborted
      ? `there was no answer within ${timeoutMs / 1000} s`
      : explain(error);
    result.error = shorten(why, longestError);
  }
  const durationMs = Math.round(performance.now() - from);
  return { startedAt, durationMs, ...result, retryAfterMs };
}

/** Resolves with the answer when it has been read, as far as it is. */
function exchange(
  url: URL,
  { headers, body }: Envelope,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  // A connection of its own: one that was kept may lead where DNS does not lead any more.
  const options = { method: "POST", agent: false, headers: { ...headers }, lookup, signal };
  let onEnd: (error: Error) => void = reject;
  const sent = request(url, options, (answer) => {
    let bytes = 0;
    const settle = () => sent.destroy();
    // The status is here, so it counts, however the rest ends.
    onEnd = () => resolve(answer);
    answer.on("end", settle).on("error", settle);
    answer.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes) settle();
    });
  });
  sent.on("error", (error) => onEnd(error)).on("close", () => onEnd(new Error("it was closed")));
  sent.setHeader("content-length", Buffer.byteLength(body));
  sent.end(body);
  return promise;
}

/** If every address of a host fails, the error has one for each. */
function explain(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(messageOf))].join("; ");
  }
  return messageOf(error);
}
