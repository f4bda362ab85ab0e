import { expect, test } from "vitest";
import {
  chooseConnections,
  chooseTimeoutMs,
  chooseTimes,
  explainShortCell,
} from "../../../../bench/compare/plan/lengths.ts";
import { presets } from "../../../../bench/compare/plan/presets.ts";

test("long runs come over fewer connections, and there is always one for each core", () => {
  expect(chooseConnections(2, 10)).toBe(16);
  expect(chooseConnections(2, 91)).toBe(8);
  expect(chooseConnections(8, 91)).toBe(32);
});

test("an answer is waited for as long as its line may be, and some", () => {
  expect(chooseTimeoutMs({ connections: 16, runMs: 10 })).toBe(20_000);
  expect(chooseTimeoutMs({ connections: 8, runMs: 1_000 })).toBe(80_000);
});

test("who asks for long cells gets servers that are warm for them", () => {
  const asked = (cellMs: number | null) =>
    chooseTimes(presets.quick, { runMs: 10, connections: 16, cellMs });
  expect(asked(3_000)).toMatchObject({ cellMs: 3_000, stretchMs: 3_000, paceMs: 350 });
  expect(asked(100)).toMatchObject({
    stretchMs: presets.quick.stretchMs,
    paceMs: presets.quick.paceMs,
  });
  expect(asked(null).stretchMs).toBe(presets.quick.stretchMs);
});

const cell = (durationMs: number, meanTimeInSystemMs: number) =>
  ({ durationMs, load: { little: { meanTimeInSystemMs } } }) as Parameters<
    typeof explainShortCell
  >[0];

test("a cell that is short for its requests names the flag that helps", () => {
  expect(explainShortCell(cell(400, 1_460))).toBe(
    "a cell of 0.4 s is short for requests that took 1.5 s: --seconds 6 may help",
  );
  expect(explainShortCell(cell(6_000, 1_460))).toBeNull();
});
