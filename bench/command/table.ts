import { estimateRatio } from "../load/statistics/bootstrap.ts";

export type Row = readonly string[];

/** Lays rows out in columns: the first to the left, figures to the right. */
export function table(head: Row, rows: readonly Row[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join(
    "\n",
  );
}

/**
 * A ratio with its 95 % interval, of values by round. It is the median of the rounds' own ratios:
 * each is of two cells a few seconds apart at most, which a slow change of the machine's pace does
 * not touch.
 */
export function ratioText(baseline: readonly number[], variant: readonly number[]): string {
  const rounds = baseline.map((value, round) => ({
    baseline: value,
    variant: variant[round] ?? Number.NaN,
  }));
  const { ratio, interval } = estimateRatio(rounds, { of: "rounds" });
  const range = interval ? ` [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : "";
  return ratio.toFixed(3) + range;
}
