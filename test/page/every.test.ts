import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { everySecond, type Repeated } from "../../src/page/every.ts";
import { Problem } from "../../src/page/net/problem.ts";

let asked = 0;
let status = 200;
let isInSight = true;
let errors: (number | null)[] = [];
let repeated: Repeated;

beforeEach(() => {
  vi.useFakeTimers();
  [asked, errors, isInSight] = [0, [], true];
});
afterEach(() => {
  repeated.end();
  vi.useRealTimers();
});

function begin(answer: number): void {
  status = answer;
  repeated = everySecond(
    async () => {
      asked++;
      if (status !== 200) throw new Problem(status, {});
    },
    (error) => errors.push(error?.status ?? null),
    () => isInSight,
  );
}

test("it is done at once, and then each second", async () => {
  begin(200);
  await vi.advanceTimersByTimeAsync(3500);
  expect([asked, errors]).toEqual([4, [null, null, null, null]]);
});

test("it rests while nobody sees the page", async () => {
  begin(200);
  isInSight = false;
  await vi.advanceTimersByTimeAsync(3500);
  expect(asked).toBe(1);
  isInSight = true;
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toBe(2);
});

test("a server that is away or busy is asked again", async () => {
  begin(503);
  await vi.advanceTimersByTimeAsync(2500);
  expect(errors).toEqual([503, 503, 503]);
});

describe.each([401, 403, 404, 410, 501])("after %i", (last) => {
  test("it is not asked again, until somebody does so and it works", async () => {
    begin(last);
    await vi.advanceTimersByTimeAsync(5000);
    expect(errors).toEqual([last]);
    status = 200;
    await repeated.now();
    await vi.advanceTimersByTimeAsync(1500);
    expect(errors).toEqual([last, null, null]);
  });
});
