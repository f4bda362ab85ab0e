import type { Middleware } from "koa";
import type { ProblemType } from "../problems.ts";
import type { RequestEnded, TraceIds } from "../telemetry/events.ts";
import type { ClientAddress } from "./client-address.ts";
import { shownPath } from "./request-path.ts";
import type { HttpContext, Services, State } from "./services.ts";

/** Emits `request.ended` when the response has been sent, or its client has gone. */
export function emitRequestEnds({
  telemetry,
  clientAddress,
}: Pick<Services, "telemetry" | "clientAddress">): Middleware<State> {
  return (ctx, next) => {
    // Node keeps the address for later, once it is read: a socket that is closed has none.
    void ctx.req.socket.remoteAddress;
    const ended = new FollowedRequest(ctx, clientAddress);
    ctx.res.once("close", () => {
      ended.end();
      telemetry.emit("request.ended", ended);
    });
    return next();
  };
}

/** Most listeners read a few fields, in every request: what takes time is worked out when it is read. */
class FollowedRequest implements RequestEnded {
  readonly #ctx: HttpContext;
  readonly #clientAddress: ClientAddress;
  readonly #startedAt = performance.now();
  durationMs = 0;

  constructor(ctx: HttpContext, clientAddress: ClientAddress) {
    this.#ctx = ctx;
    this.#clientAddress = clientAddress;
  }

  end(): void {
    this.durationMs = Math.round((performance.now() - this.#startedAt) * 1000) / 1000;
  }

  get requestId(): string {
    return this.#ctx.state.requestId;
  }

  get method(): string {
    return this.#ctx.req.method ?? "";
  }

  get path(): string | undefined {
    return shownPath(this.#ctx.req.url);
  }

  get route(): string | undefined {
    return this.#ctx.state.route;
  }

  get status(): number | null {
    return this.#ctx.res.headersSent ? this.#ctx.res.statusCode : null;
  }

  get bytes(): number | undefined {
    return this.#ctx.length;
  }

  get clientGone(): true | undefined {
    return this.#ctx.res.writableFinished ? undefined : true;
  }

  get clientAddress(): string | undefined {
    return this.#clientAddress(this.#ctx.req);
  }

  get userAgent(): string | undefined {
    return this.#ctx.req.headers["user-agent"];
  }

  get problem(): ProblemType | undefined {
    return this.#ctx.state.problem;
  }

  get trace(): TraceIds | undefined {
    return this.#ctx.state.span?.ids;
  }
}
