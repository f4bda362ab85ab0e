import { expect, test } from "vitest";
import { createRandom } from "../../../../bench/load/statistics/random.ts";
import { hasSettled } from "../../../../bench/load/statistics/warmup.ts";

const times = (count: number, rate: number) => Array.from({ length: count }, () => rate);

test.each([
  ["level", times(4, 1_000), times(4, 1_000), true],
  ["a twentieth above the one before", times(4, 1_000), times(4, 1_050), true],
  ["a fifth above the one before", times(4, 1_000), times(4, 1_250), false],
  ["rising within and between", [10, 20, 30], [40, 50, 60], false],
  ["below the one before", times(4, 1_000), times(4, 500), true],
  ["far above, in restless intervals", [0, 400, 900, 100], [2_000, 100, 4_000, 900], false],
  ["one interval each, a fifth above", [1_000], [1_250], true],
  ["one interval each, twice as much", [1_000], [2_000], false],
  ["the first one: there is none before it", [], times(4, 1_000), false],
  ["silent, as of a server that died", times(4, 1_000), times(4, 0), false],
  ["silent all along", times(4, 0), times(4, 0), false],
])("%s", (_, before, stretch, settled) => {
  expect(hasSettled(before, stretch)).toBe(settled);
});

test("noise is no rise, and a rise is none of noise", () => {
  let [level, risen] = [0, 0];
  for (let seed = 0; seed < 200; seed += 1) {
    const random = createRandom(seed);
    const noisy = (mean: number) => Array.from({ length: 4 }, () => mean * (0.8 + 0.4 * random()));
    if (hasSettled(noisy(500), noisy(500))) level += 1;
    if (!hasSettled(noisy(500), noisy(900))) risen += 1;
  }
  expect(level).toBeGreaterThan(190);
  expect(risen).toBeGreaterThan(190);
});
