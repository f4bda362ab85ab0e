/** Requests of the page that go to the server itself: a small reverse proxy. */
import { type IncomingMessage, request } from "node:http";
import { AppError, messageOf } from "../../../errors.ts";
import type { HttpContext } from "../../../http/services.ts";
import { answerHeaders, requestHeaders } from "./passed-headers.ts";

/** The page needs a few. Each has a connection of its own, so that every worker gets some. */
const mostAtOnce = 64;

/** The server is on this machine. A worker that computes is connected to at once, too. */
const connectMs = 10_000;

/**
 * Passes requests on to the server, and its answers back, as they come.
 *
 * @param serverUrl where the server serves
 * @returns passes a request on to that path. Throws AppError `overloaded`, `server-unreachable`
 */
export function createPassOn(serverUrl: string): (ctx: HttpContext, path: string) => Promise<void> {
  let underWay = 0;
  return async (ctx, path) => {
    if (underWay >= mostAtOnce) {
      const detail = `Control passes on ${mostAtOnce} requests at a time. Send it later, or to ${serverUrl}.`;
      throw new AppError("overloaded", detail, { headers: { "Retry-After": "1" } });
    }
    underWay++;
    ctx.res.once("close", () => underWay--);
    const answer = await ask(ctx, serverUrl, path);
    ctx.status = answer.statusCode ?? 502;
    ctx.body = answer;
    ctx.remove("Content-Type"); // Koa's own guess.
    ctx.set(answerHeaders(answer.headers) as Record<string, string>);
  };
}

/** @returns the answer, once its header has come. It ends with the connection to the client */
function ask(ctx: HttpContext, serverUrl: string, path: string): Promise<IncomingMessage> {
  const { req, res, method } = ctx;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const hasBody = method !== "GET" && method !== "HEAD";
  const headers = requestHeaders(req.headers, hasBody);
  // As it was sent: a URL would resolve `..` in it.
  const passed = request(serverUrl, { method, path, headers, agent: false });
  const callOff = setTimeout(() => passed.destroy(new Error("no connection in time")), connectMs);
  passed.once("socket", (socket) => socket.once("connect", () => clearTimeout(callOff)));
  passed.once("close", () => clearTimeout(callOff));
  passed.once("response", resolve);
  // After an answer, it is the body that nobody reads any more.
  passed.on("error", (error) => reject(explainSilence(serverUrl, error)));
  res.once("close", () => passed.destroy()); // Its run is dropped, too.
  if (hasBody) req.pipe(passed);
  else passed.end(); // Node would write it without its length: to the server, it would be a request.
  return promise;
}

function explainSilence(serverUrl: string, error: Error): AppError {
  const detail = `The server at ${serverUrl} did not answer: ${messageOf(error)}. Its log may say why.`;
  return new AppError("server-unreachable", detail, { cause: error });
}
