/** Messages between a worker and the primary on what each client may take. */
import { isCount, isFlag, isTextUpTo } from "./checks.ts";
import { fits, type Side } from "./contract.ts";

/** Where a client stands with its rate limit. */
export interface Quota {
  /** False if this request is past it. */
  readonly isWithin: boolean;
  /** Further requests until the reset. */
  readonly left: number;
  /** Until the client has all of its requests again. */
  readonly resetMs: number;
}

const quota = { isWithin: isFlag, left: isCount, resetMs: isCount };

/** What the primary takes. */
export const quotaSide = {
  calls: {
    /** Counts a request of this client, of all workers together. */
    count: { args: { client: isTextUpTo(64) }, answer: isQuota },
  },
  notes: {},
} satisfies Side;

/** What a worker takes. */
export const countingSide = { calls: {}, notes: {} } satisfies Side;

function isQuota(value: unknown): value is Quota {
  return fits(value, quota);
}
