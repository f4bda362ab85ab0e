import { formatNumber } from "../../format.ts";
import type { Picture } from "./picture.ts";

/** How much can be seen now. */
export interface Sight {
  readonly rows: number;
  readonly runs: number;
  /** Runs that are drawn together. */
  readonly together: number;
}

export function countInSight({ scale, geometry }: Picture): Sight {
  let [runs, together] = [0, 0];
  for (const { row } of geometry.rows) {
    for (const piece of row.between(scale.from, scale.until)) {
      if (piece.kind === "run") runs += 1;
      else together += piece.group.count;
    }
  }
  return { rows: geometry.rows.length, runs, together };
}

export function saySight({ rows, runs, together }: Sight): string {
  const inRows = `in ${rows} ${rows === 1 ? "row" : "rows"}`;
  const single = `${formatNumber(runs)} ${runs === 1 ? "run" : "runs"}`;
  if (together === 0) return `In sight: ${single} ${inRows}.`;
  return `In sight: ${single} and ${formatNumber(together)} short ones ${inRows}.`;
}
