export interface PrimesInput {
  readonly limit: number;
}

export interface PrimesResult {
  readonly limit: number;
  /** Number of primes up to the limit, which is included. */
  readonly count: number;
  /** The largest of them. */
  readonly largest: number;
}

/** Odd numbers in one segment: a byte each, to fit a core's own cache. */
const segmentBytes = 32 * 1024;

/**
 * Counts the primes from 2 to `limit` (at least 2) with a segmented sieve of Eratosthenes over the
 * odd numbers. Its memory is one segment, and the primes up to the square root of the limit.
 */
export function countPrimes({ limit }: PrimesInput): PrimesResult {
  const factors = oddPrimesUpTo(Math.floor(Math.sqrt(limit)));
  // The next multiple of each factor. The first is its square: smaller multiples have smaller
  // factors.
  const next = factors.map((factor) => factor * factor);
  const struck = new Uint8Array(segmentBytes);
  let count = 1;
  let largest = 2;
  for (let first = 3; first <= limit; first += 2 * segmentBytes) {
    const candidates = Math.min(segmentBytes, Math.floor((limit - first) / 2) + 1);
    strikeMultiples(struck, first, candidates, factors, next);
    for (let index = 0; index < candidates; index += 1) {
      if (struck[index] === 0) {
        count += 1;
        largest = first + 2 * index;
      }
    }
  }
  return { limit, count, largest };
}

/** Marks the composites among `candidates` odd numbers from `first`, and moves `next` past them. */
function strikeMultiples(
  struck: Uint8Array,
  first: number,
  candidates: number,
  factors: Float64Array,
  next: Float64Array,
): void {
  struck.fill(0);
  for (let index = 0; index < factors.length; index += 1) {
    const factor = factors[index] ?? 0;
    // The square of this factor, and so of all larger ones, lies past the segment.
    if (factor * factor >= first + 2 * candidates) break;
    let at = ((next[index] ?? 0) - first) / 2;
    for (; at < candidates; at += factor) struck[at] = 1;
    next[index] = first + 2 * at;
  }
}

/** By trial division: there are 1,228 of them below 10,000. */
function oddPrimesUpTo(limit: number): Float64Array {
  const primes: number[] = [];
  for (let candidate = 3; candidate <= limit; candidate += 2) {
    if (!primes.some((prime) => candidate % prime === 0)) primes.push(candidate);
  }
  return Float64Array.from(primes);
}
