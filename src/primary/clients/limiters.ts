import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
} from "rate-limiter-flexible";
import type { Rate } from "../../config/rate.ts";

/** Has the counts of `--rate-limit`. */
export interface QuotaLimiter {
  readonly limiter: RateLimiterAbstract;
  close(): void;
}

/** A Redis that several hosts share. */
export interface QuotaStore {
  /** Of ioredis. Its commands fail in time while Redis is away. */
  readonly client: unknown;
  /** Of all keys. */
  readonly prefix: string;
  close(): void;
}

/** Counts in the memory of this process. */
export function memoryLimiter(rate: Rate): QuotaLimiter {
  return { limiter: new RateLimiterMemory(limitsOf(rate)), close: () => {} };
}

/** Counts for all hosts together; in the memory of this process while their Redis is away. */
export function sharedLimiter(rate: Rate, { client, prefix, close }: QuotaStore): QuotaLimiter {
  const limiter = new RateLimiterRedis({
    ...limitsOf(rate),
    ...{ storeClient: client, keyPrefix: prefix, rejectIfRedisNotReady: true },
    insuranceLimiter: new RateLimiterMemory(limitsOf(rate)),
  });
  return { limiter, close };
}

function limitsOf({ requests, windowMs }: Rate): { points: number; duration: number } {
  return { points: requests, duration: windowMs / 1000 };
}
