import type { IncomingMessage } from "node:http";
import type { Middleware } from "koa";
import { AppError, messageOf, type ProblemType } from "../../errors.ts";
import { clientGone } from "../client-gone.ts";
import { readTarget } from "../request-target.ts";
import type { Answer, HttpContext, Services, State } from "../services.ts";

/**
 * The last word on every response. Here, and nowhere else, an error of `answer` becomes one:
 * `application/problem+json` (RFC 9457). What is not an AppError is a mistake of ours: logged
 * whole, and told as 500 without its message. While the worker drains, each connection is closed
 * after its answer. What `answer` has at once is not made to wait for a promise.
 */
export function responses(
  { log, stopping }: Pick<Services, "log" | "stopping">,
  answer: Answer,
): Middleware<State> {
  return (ctx) => {
    try {
      requireReadable(ctx.req);
      readTarget(ctx.req);
      const answering = answer(ctx);
      if (!(answering instanceof Promise)) return end(ctx);
      return answering.then(
        () => end(ctx),
        (thrown) => fail(ctx, thrown),
      );
    } catch (thrown) {
      fail(ctx, thrown);
    }
  };

  function end(ctx: HttpContext): void {
    const { status, body } = ctx.response;
    if (status === 404 && body == null) fail(ctx, new Error("The route gave no answer"));
    else closeWhenStopping(ctx);
  }

  /** Nothing that was thrown is trusted here: to read it may throw in its turn (errors.ts). */
  function fail(ctx: HttpContext, thrown: unknown): void {
    if (thrown === clientGone) {
      ctx.respond = false;
      return;
    }
    const error = thrown instanceof AppError ? thrown : mistake(thrown);
    if (error.status === 500) {
      log.error({ requestId: ctx.state.requestId, err: error.cause ?? error }, error.detail);
    }
    if (!ctx.writable) return;
    respond(ctx, error);
    closeWhenStopping(ctx);
  }

  function closeWhenStopping(ctx: HttpContext): void {
    if (stopping.aborted) ctx.set("Connection", "close");
  }
}

/** The body of a problem; `instance` is left to the request's id, which the log knows too. */
export function problemBody(error: AppError, requestId?: string): string {
  const { type, title, status, detail, errors } = error;
  return `${JSON.stringify({ type: urnOf(type), title, status, detail, errors, requestId })}\n`;
}

/** What of a problem must be there: one of thousands in one answer. */
export function briefProblem({ type, status }: AppError): string {
  return JSON.stringify({ type: urnOf(type), status });
}

function urnOf(type: ProblemType): string {
  return `urn:manycore:problem:${type}`;
}

function respond(ctx: HttpContext, error: AppError): void {
  ctx.status = error.status;
  ctx.set(error.headers);
  ctx.set("Content-Type", "application/problem+json");
  ctx.body = problemBody(error, ctx.state.requestId);
}

/** Of these a body may follow that nobody reads: the next request could not be told from it. */
const closing = { headers: { Connection: "close" } };

/**
 * What Node can leave to us of what it refuses itself without a problem: a request without a Host
 * (RFC 9112, section 3.2), an Expect that is unknown (RFC 9110, section 10.1.1). Node has
 * parsed the headers already: this is two reads of properties.
 */
function requireReadable({ headers, httpVersionMinor }: IncomingMessage): void {
  if (httpVersionMinor === 0) return;
  if (headers.host === undefined) {
    const detail = "The request has no Host header. Send the name of the server in it.";
    throw new AppError("malformed-request", detail, closing);
  }
  if (headers.expect !== undefined && !/\b100-continue\b/i.test(headers.expect)) {
    const detail = `The header "Expect: ${headers.expect}" is not known. Send Expect: 100-continue, or none.`;
    throw new AppError("expectation-failed", detail, closing);
  }
}

function mistake(thrown: unknown): AppError {
  const cause = thrown ?? new Error(messageOf(thrown));
  return new AppError("internal-error", "The server's log has the details.", { cause });
}
