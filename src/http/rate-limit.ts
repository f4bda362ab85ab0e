import type { Quota } from "../channel/clients.ts";
import type { Rate } from "../config/rate.ts";
import { AppError } from "../errors.ts";
import { clientOf } from "./client-key.ts";
import type { Answer, HttpContext, Services } from "./services.ts";

export interface RateLimiter {
  readonly rate: Rate;
  /**
   * Counts a request of a client.
   *
   * @returns undefined where nobody could tell in time
   */
  count(client: string): Promise<Quota | undefined> | Quota;
}

/**
 * A load balancer asks often, and a refusal would tell it that the server is ill. Like the router, this
 * takes a path in any case, and with a slash at its end.
 */
const uncounted = /^\/(?:livez|readyz)\/?$/i;

/**
 * Answers the requests that are within the rate limit of their client (`--rate-limit`). Those past it
 * are 429. Both say where the client stands, by the fields of draft-ietf-httpapi-ratelimit-headers.
 */
export function limitRate(
  answer: Answer,
  { rateLimiter, clientAddress }: Pick<Services, "rateLimiter" | "clientAddress">,
): Answer {
  if (!rateLimiter) return answer;
  const { requests, windowMs } = rateLimiter.rate;
  const policy = `"requests";q=${requests};w=${windowMs / 1000}`;

  return async (ctx) => {
    if (!uncounted.test(ctx.path)) {
      const quota = await rateLimiter.count(clientOf(ctx.req, clientAddress));
      if (quota) tell(ctx, quota);
      if (quota && !quota.isWithin) throw rateLimitedError(rateLimiter.rate, quota);
    }
    return answer(ctx);
  };

  function tell(ctx: HttpContext, { left, resetMs }: Quota): void {
    ctx.set("RateLimit-Policy", policy);
    ctx.set("RateLimit", `"requests";r=${left};t=${inSeconds(resetMs)}`);
  }
}

function rateLimitedError({ requests, windowMs }: Rate, { resetMs }: Quota): AppError {
  const limit = `${requests} requests in ${windowMs / 1000} s`;
  const detail = `This client has sent more than ${limit} (--rate-limit). Try again after the time in Retry-After.`;
  const headers = { "Retry-After": String(Math.max(1, inSeconds(resetMs))) };
  return new AppError("rate-limited", detail, { headers });
}

function inSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
