/** The model's figures in docs/scaling.md against closed forms, and its chart. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { drawChart } from "../../../../bench/dev/scaling/chart.ts";
import { lengths, predictP99, ways } from "../../../../bench/dev/scaling/model.ts";
import { root } from "../../../helpers/documents.ts";
import { erlangC } from "../../compare/queueing/closed-forms.ts";

/**
 * p99 of the time in the system of M/M/k, in service times. With the chance 1 - C a run does not
 * wait; otherwise its wait is exponential with the rate k(1 - ρ).
 */
function p99OfMmk(servers: number, busy: number): number {
  const waits = erlangC(1_000 * busy * servers, 1, servers);
  const rate = servers * (1 - busy);
  const over = (time: number) =>
    Math.abs(rate - 1) < 1e-9
      ? (1 + waits * time) * Math.exp(-time)
      : Math.exp(-time) + (waits * (Math.exp(-rate * time) - Math.exp(-time))) / (1 - rate);
  let [low, high] = [0, 1_000];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (over(middle) > 0.01) low = middle;
    else high = middle;
  }
  return high;
}

const random = ways[0];
const page = readFileSync(new URL("docs/scaling.md", root), "utf8");
const [, table = ""] = /<!-- model -->([\s\S]*)<!-- \/model -->/.exec(page) ?? [];
const rows = [...table.matchAll(/^\| (\d+) % \| (.*) \|$/gm)].map(([, busy, cells = ""]) => ({
  busy: Number(busy) / 100,
  unlike: cells.split(" | ").map((cell) => Number(cell.split(", ")[0])),
}));

test("one host at random is M/M/1, whose p99 is known", () => {
  if (random === undefined) throw new Error("there is no such way");
  const p99 = predictP99(random, 0.5, lengths.unlike);
  expect(Math.abs(p99 / p99OfMmk(1, 0.5) - 1)).toBeLessThan(0.05);
});

describe("the table of docs/scaling.md", () => {
  test("has loads, and each way", () => {
    expect(rows.map(({ busy }) => busy)).toEqual([0.5, 0.7, 0.8, 0.85, 0.9]);
    for (const { name } of ways) expect(table).toContain(name);
  });

  /** Two digits are written, of a simulation that may be off by 5 %. */
  test.each(rows)("$busy: as closed forms have it", ({ busy, unlike }) => {
    for (const [column, servers] of [
      [0, 1],
      [1, 4],
      [3, 16],
    ] as const) {
      const ratio = (unlike[column] ?? 0) / p99OfMmk(servers, busy);
      expect(Math.abs(ratio - 1), ways[column]?.name).toBeLessThan(0.1);
    }
  });
});

test("the chart has every way in its legend, words for those who do not see it, and both schemes", () => {
  const curves = ways.map(({ name }, index) => ({
    name,
    points: [0.5, 0.9].map((busy) => ({ busy, p99: (index + 1) / (1 - busy) })),
  }));
  const svg = drawChart(curves, "What the curves <show>.");
  for (const { name } of ways) expect(svg).toContain(`>${name}</text>`);
  expect(svg).toContain("What the curves &lt;show&gt;.");
  expect(svg).toContain("prefers-color-scheme: dark");
  expect(svg.match(/<polyline/g)).toHaveLength(ways.length);
});

test("the chart that is kept is one of this code", () => {
  const svg = readFileSync(new URL("docs/scaling.svg", root), "utf8");
  for (const { name } of ways) expect(svg).toContain(`>${name}</text>`);
  expect(svg).not.toMatch(/NaN|undefined|https?:\/\/(?!www\.w3\.org)/);
});
