import { expect, test } from "vitest";
import { TimeHeap } from "../../../../bench/compare/queueing/time-heap.ts";
import { createRandom } from "../../../../bench/load/statistics/random.ts";

test("what was put in comes out in the order of its time", () => {
  const random = createRandom(1);
  for (let size = 0; size < 40; size += 1) {
    const times = Array.from({ length: size }, () => Math.floor(random() * 20));
    const heap = new TimeHeap();
    for (const [thing, time] of times.entries()) heap.push(time, thing);
    const out: { readonly time: number; readonly thing: number }[] = [];
    while (heap.size > 0) {
      out.push({ time: heap.earliest, thing: heap.first });
      heap.pop();
    }
    expect(out.map(({ time }) => time)).toEqual(times.toSorted((a, b) => a - b));
    expect(out.every(({ time, thing }) => times[thing] === time)).toBe(true);
    expect(new Set(out.map(({ thing }) => thing)).size).toBe(size);
  }
});

test("one that is postponed comes later", () => {
  const heap = new TimeHeap();
  for (const time of [1, 2, 3]) heap.push(time, time);
  heap.postpone(2.5);
  expect([heap.earliest, heap.first]).toEqual([2, 2]);
  heap.pop();
  expect([heap.earliest, heap.first]).toEqual([2.5, 1]);
});

test("an empty one has no earliest time", () => {
  const heap = new TimeHeap();
  heap.pop();
  expect([heap.size, heap.earliest]).toEqual([0, Number.POSITIVE_INFINITY]);
});
