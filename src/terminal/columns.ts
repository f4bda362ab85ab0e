/** How tables and values are written for a terminal. */

/** Rows as lines, with their cells below each other. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths?.[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const spans = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** `5 min`: a time for people. */
export function spanOf(ms: number): string {
  const [unit, factor] = spans.find(([, each]) => ms >= 2 * each) ?? ["ms", 1];
  return `${Math.round(ms / factor)} ${unit}`;
}

export function megabytesOf(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
