import fc from "fast-check";
import { expect, test } from "vitest";
import { sumCounted } from "../../../src/telemetry/figures/sums.ts";

const label = fc.constantFrom("a", "b", "a,b", '"', "");
const series = fc.record({
  labels: fc.tuple(label, label),
  numbers: fc.array(fc.nat(1e6), { minLength: 1, maxLength: 3 }),
});
const metric = fc.record({
  name: fc.constantFrom("runs", "requests"),
  series: fc.uniqueArray(series, { selector: ({ labels }) => JSON.stringify(labels) }),
});
const list = fc.uniqueArray(metric, { selector: ({ name }) => name });

/** Every number by its metric, labels and place. */
function flatten(lists: Parameters<typeof sumCounted>[0]): Map<string, number> {
  const flat = new Map<string, number>();
  for (const { name, series } of [...lists].flat()) {
    for (const { labels, numbers } of series) {
      for (const [place, number] of numbers.entries()) {
        const key = JSON.stringify([name, labels, place]);
        flat.set(key, (flat.get(key) ?? 0) + number);
      }
    }
  }
  return flat;
}

test("every number of every process is in the sum once, whatever the labels are", () => {
  fc.assert(
    fc.property(fc.array(list, { maxLength: 5 }), (lists) => {
      const sum = sumCounted(lists);
      expect(flatten([sum])).toEqual(flatten(lists));
      expect(new Set(sum.map(({ name }) => name)).size).toBe(sum.length);
    }),
  );
});

test("what is added up stays as it is", () => {
  const one = [{ name: "runs", series: [{ labels: ["a"], numbers: [1] }] }];
  sumCounted([one, one]);
  expect(one[0]?.series[0]?.numbers).toEqual([1]);
});
