import { expect, test } from "vitest";
import type { NewJob } from "../../../../src/jobs/new-job.ts";
import { endOfApart, endOfPlain } from "../../../../src/jobs/redis/thread/jobs/together.ts";
import { plainJob } from "../../../contracts/queue-under-test.ts";

const keyed = (name: string, more: Partial<NewJob> = {}): NewJob => ({
  ...plainJob,
  key: { name, fingerprints: ["f"] },
  ...more,
});
const unique = (key: string): NewJob["unique"] => ({
  ...{ key, while: "unfinished", onConflict: "return" },
});

test("jobs without a key go together, up to the first with one", () => {
  expect(endOfPlain([plainJob, plainJob, keyed("a"), plainJob], 0)).toBe(2);
});

test("jobs with large inputs go in several steps", () => {
  const large = { ...plainJob, body: new Uint8Array(1_500_000) };
  expect(endOfPlain([large, large, large, large], 0)).toBe(2);
  const huge = { ...plainJob, body: new Uint8Array(9_000_000) };
  expect(endOfPlain([huge, plainJob], 0)).toBe(1);
});

test("jobs with other keys go at the same time", () => {
  expect(endOfApart([keyed("a"), keyed("b"), keyed("c"), plainJob], 0)).toBe(3);
});

test("one comes after another of the same key, unique key, or group of another limit", () => {
  expect(endOfApart([keyed("a"), keyed("b"), keyed("a")], 0)).toBe(2);
  const group = (concurrency: number | null) => ({ group: { key: "g", concurrency } });
  expect(endOfApart([keyed("a", group(1)), keyed("b", group(1)), keyed("c", group(2))], 0)).toBe(2);
  const same = { unique: unique("u") };
  expect(endOfApart([keyed("a", same), keyed("b", same)], 0)).toBe(1);
  expect(endOfApart([keyed("a", same), keyed("b", { ...same, task: "other" })], 0)).toBe(2);
});
