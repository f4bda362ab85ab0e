import { describe, expect, test } from "vitest";
import { primesTask } from "../../../src/tasks/builtin/primes/primes.ts";
import { countPrimes } from "../../../src/tasks/builtin/primes/sieve.ts";

/** By trial division, for every limit up to `end`: [limit, count, largest]. */
function* naive(end: number): Generator<[number, number, number]> {
  const primes: number[] = [];
  for (let n = 2; n <= end; n += 1) {
    if (!primes.some((prime) => n % prime === 0)) primes.push(n);
    yield [n, primes.length, primes.at(-1) ?? 0];
  }
}

test("each limit from 2 to 3,000 agrees with trial division", () => {
  for (const [limit, count, largest] of naive(3000)) {
    expect(countPrimes({ limit })).toEqual({ limit, count, largest });
  }
});

// https://oeis.org/A006880 and https://oeis.org/A003618
test.each([
  [10, 4, 7],
  [1e2, 25, 97],
  [1e3, 168, 997],
  [1e4, 1229, 9973],
  [1e5, 9592, 99_991],
  [1e6, 78_498, 999_983],
  [1e7, 664_579, 9_999_991],
  [1e8, 5_761_455, 99_999_989],
])("up to %i there are %i primes, the last is %i", (limit, count, largest) => {
  expect(countPrimes({ limit })).toEqual({ limit, count, largest });
});

test("the ends of segments lose no prime and count none twice", () => {
  const segment = 2 * 32 * 1024;
  const up = (limit: number) => countPrimes({ limit }).count;
  const isPrime = (n: number) => {
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false;
    return true;
  };
  for (const end of [segment, 2 * segment, 3 * segment]) {
    for (let limit = end - 20; limit <= end + 20; limit += 1) {
      expect(up(limit) - up(limit - 1)).toBe(isPrime(limit) ? 1 : 0);
    }
  }
});

describe("the schema", () => {
  test.each([[1], [-5], [100_000_001], [1e300], [10.5], ["10"], [null], [Number.NaN], [undefined]])(
    "does not take the limit %o, and says which it takes",
    (limit) => {
      const issues = primesTask.input.safeParse({ limit }).error?.issues;
      expect(issues).toHaveLength(1);
      expect(issues?.[0]).toMatchObject({
        path: ["limit"],
        message: "limit must be a whole number from 2 to 100000000",
      });
    },
  );

  test("refuses other fields", () => {
    const issues = primesTask.input.safeParse({ limit: 10, from: 5 }).error?.issues;
    expect(issues).toMatchObject([
      { path: ["from"], message: "from is not a field of primes: it takes limit" },
    ]);
  });
});
