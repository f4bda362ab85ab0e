import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { everySecond, type Repeated } from "../../src/page/every.ts";
import { Problem } from "../../src/page/net/problem.ts";

let asked = 0;
let status = 200;
let errors: (number | null)[] = [];
let repeated: Repeated;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { visibilityState: "visible" });
  [asked, errors] = [0, []];
});
afterEach(() => {
  repeated.end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function begin(answer: number): void {
  status = answer;
  repeated = everySecond(
    async () => {
      asked++;
      if (status !== 200) throw new Problem(status, {});
    },
    (error) => errors.push(error?.status ?? null),
  );
}

test("it is done at once, and then each second", async () => {
  begin(200);
  await vi.advanceTimersByTimeAsync(3500);
  expect([asked, errors]).toEqual([4, [null, null, null, null]]);
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
