import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryLimiter } from "../../../src/primary/clients/limiters.ts";
import { RequestCounts } from "../../../src/primary/clients/request-counts.ts";

const windowMs = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The limiter's own clock is the wall clock; both are those of the test. */
const clock = { now: () => Date.now(), after: () => () => {} };

const counts = (requests: number, most?: number) =>
  new RequestCounts({ windowMs }, clock, memoryLimiter({ requests, windowMs }).limiter, most);

test("a client has its requests in a window that the first of them begins", async () => {
  const counted = counts(2);
  expect(await counted.count("a")).toEqual({ isWithin: true, left: 1, resetMs: windowMs });
  vi.advanceTimersByTime(20_000);
  expect(await counted.count("a")).toEqual({ isWithin: true, left: 0, resetMs: 40_000 });
  expect(await counted.count("a")).toEqual({ isWithin: false, left: 0, resetMs: 40_000 });
  vi.advanceTimersByTime(39_999);
  expect(await counted.count("a")).toMatchObject({ isWithin: false, resetMs: 1 });
  vi.advanceTimersByTime(1);
  expect(await counted.count("a")).toEqual({ isWithin: true, left: 1, resetMs: windowMs });
});

test("refused requests do not prolong it, and other clients have their own", async () => {
  const counted = counts(1);
  await counted.count("a");
  for (let i = 0; i < 100; i++) await counted.count("a");
  expect(await counted.count("b")).toMatchObject({ isWithin: true });
  vi.advanceTimersByTime(windowMs);
  expect(await counted.count("a")).toMatchObject({ isWithin: true });
});

test("many at once are counted one by one", async () => {
  const counted = counts(5);
  const quotas = await Promise.all(Array.from({ length: 20 }, () => counted.count("a")));
  expect(quotas.filter(({ isWithin }) => isWithin).map(({ left }) => left)).toEqual([
    4, 3, 2, 1, 0,
  ]);
});

test("when too many are counted, known ones keep their own quota and new ones share one", async () => {
  const counted = counts(2, 3);
  for (const client of ["a", "b", "c"]) await counted.count(client);
  expect(await counted.count("d")).toMatchObject({ isWithin: true, left: 1 });
  expect(await counted.count("e")).toMatchObject({ isWithin: true, left: 0 });
  expect(await counted.count("f")).toMatchObject({ isWithin: false });
  expect(await counted.count("a")).toMatchObject({ isWithin: true, left: 0 });
  vi.advanceTimersByTime(2 * windowMs);
  for (const client of ["d", "e", "f"]) {
    expect(await counted.count(client)).toMatchObject({ isWithin: true, left: 1 });
  }
});

test("a clock that is set back makes nobody wait longer than a window", async () => {
  const counted = counts(1);
  await counted.count("a");
  vi.setSystemTime(Date.now() - 10 * windowMs);
  expect(await counted.count("a")).toMatchObject({ isWithin: false, resetMs: windowMs });
  vi.advanceTimersByTime(windowMs);
  expect(await counted.count("a")).toMatchObject({ isWithin: true });
});
