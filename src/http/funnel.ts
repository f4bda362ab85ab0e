import type { Middleware } from "koa";
import { AppError, messageOf, propertyOf } from "../errors.ts";
import type { ProblemType } from "../problems.ts";
import { clientGone } from "./client-gone.ts";
import { logFieldsOf } from "./log-fields.ts";
import { answerProblem } from "./problem.ts";
import type { HttpContext, Services, State } from "./services.ts";

interface FunnelOptions extends Pick<Services, "stopping" | "exposeErrors"> {
  readonly log: { error(fields: object, message: string): void };
}

/**
 * The first middleware. It answers every error of another middleware or of a route as a problem. An
 * AppError is shown as it is. Anything else is our mistake: the log gets all of it, the client a 500
 * without its message. While the worker drains, the funnel also closes connections after their answer.
 */
export function funnelErrors({ log, stopping, exposeErrors }: FunnelOptions): Middleware<State> {
  return (ctx, next) =>
    next().then(
      () => settle(ctx),
      (thrown) => fail(ctx, thrown),
    );

  function settle(ctx: HttpContext): void {
    const { status, body } = ctx.response;
    if (status === 404 && body == null) fail(ctx, new Error("The route gave no answer"));
    else closeWhenStopping(ctx);
  }

  /** Reading what was thrown may throw again (see errors.ts), so nothing here trusts it. */
  function fail(ctx: HttpContext, thrown: unknown): void {
    if (thrown === clientGone) {
      ctx.respond = false;
      return;
    }
    const error = toAppError(thrown);
    if (error.status === 500) {
      log.error({ ...logFieldsOf(ctx), err: error.cause ?? error }, error.loggedDetail);
    }
    if (!ctx.writable) return;
    answerProblem(ctx, error, exposeErrors);
    closeWhenStopping(ctx);
  }

  function closeWhenStopping(ctx: HttpContext): void {
    if (stopping.aborted) ctx.set("Connection", "close");
  }
}

function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const type = typeOfHttpError(thrown);
  if (type) return new AppError(type, messageOf(thrown), { cause: thrown });
  const cause = thrown ?? new Error(messageOf(thrown));
  return new AppError("internal-error", "The server's log has the details.", { cause });
}

/** The types for the errors of `ctx.throw` and of Koa's middleware, by status. */
const httpErrorTypes = new Map<unknown, ProblemType>([
  [400, "malformed-request"],
  [404, "not-found"],
  [406, "not-acceptable"],
  [413, "body-too-large"],
  [415, "unsupported-media-type"],
  [422, "invalid-input"],
]);

/** The type of an error of `http-errors` whose message may be shown; undefined for any other error. */
function typeOfHttpError(thrown: unknown): ProblemType | undefined {
  if (propertyOf(thrown, "expose") !== true) return undefined;
  return httpErrorTypes.get(propertyOf(thrown, "status"));
}
