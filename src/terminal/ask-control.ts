import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { problemOf } from "../client/problem-error.ts";
import type { CtlRequest } from "../config/ctl-arguments.ts";

/**
 * Sends a request to control, and waits for the answer however long it takes: a reload is answered
 * when the last worker has drained. (`fetch` gives up after 5 minutes.)
 *
 * @returns the body of the answer
 * @throws ProblemError for an answer that is no success, Error where nobody answers
 */
export async function askControl(
  url: string,
  { method, path, body }: CtlRequest,
  token: string | undefined,
): Promise<string> {
  const sent = body && JSON.stringify(body);
  const headers = {
    accept: path === "/metrics" ? "text/plain" : "application/json",
    ...(sent && { "content-type": "application/json", "content-length": Buffer.byteLength(sent) }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  send(new URL(path, url), { method, headers }, resolve).on("error", reject).end(sent);
  const answer = await promise;
  const { statusCode: status = 0 } = answer;
  const received = await text(answer);
  if (status >= 200 && status < 300) return received;
  throw await problemOf(new Response(received, { status }));
}
