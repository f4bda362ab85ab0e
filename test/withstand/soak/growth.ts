import type { Held } from "./held.ts";

/** One process: what it held after each round of traffic. */
export type Rounds = readonly Held[];

/** How a figure changed from the first rounds after the warm-up to the last ones. */
export interface Growth {
  readonly figure: keyof Held;
  readonly from: number;
  readonly to: number;
  /** More than what it may vary by. */
  readonly isGrowth: boolean;
}

/**
 * What a figure may grow by, in all: as a share, and as an amount. Memory varies with what V8 and
 * malloc keep; counts vary with timers and connections that are about to close.
 */
const allowed: Readonly<Record<keyof Held, { readonly share: number; readonly amount: number }>> = {
  rss: { share: 0.15, amount: 16 * 1024 ** 2 },
  heapUsed: { share: 0.05, amount: 2 * 1024 ** 2 },
  external: { share: 0.1, amount: 2 * 1024 ** 2 },
  resources: { share: 0, amount: 3 },
  functions: { share: 0.02, amount: 300 },
};

/**
 * Compares the rounds after the warm-up (the first quarter) with the last ones (the last quarter).
 * The least of each is taken: what a process holds once it has settled.
 *
 * @throws RangeError for fewer than four rounds
 */
export function growthOf(rounds: Rounds): Growth[] {
  const quarter = Math.floor(rounds.length / 4);
  if (quarter === 0) throw new RangeError("Growth needs four rounds or more");
  const first = rounds.slice(quarter, 2 * quarter);
  const last = rounds.slice(-quarter);
  return (Object.keys(allowed) as (keyof Held)[]).map((figure) => {
    const least = (of: Rounds) => Math.min(...of.map((held) => held[figure]));
    const [from, to] = [least(first), least(last)];
    const { share, amount } = allowed[figure];
    return { figure, from, to, isGrowth: to - from > Math.max(share * from, amount) };
  });
}
