/** Whether the machine held still enough for anything to be said of throughput: pure. */

import { listNames, writeRatio } from "../../command/wording.ts";
import { findNoiseFloor } from "../../load/statistics/rounds.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import { writeShare } from "./wording.ts";

/** A variant that differs from itself by so much says nothing of how others differ. */
const restlessFloor = 0.25;
/** Of the bare computation, which is the limit: so much more is the machine's doing. */
const mostEfficiency = 1.05;

export type Judged = Pick<BenchResult, "control" | "variants">;

/** Why nothing can be said; null where something can. */
export function findRestlessness({ control, variants }: Judged): string | null {
  if (control !== null && findNoiseFloor(control.ratio) > restlessFloor) {
    return `${control.variant} entered twice differs from itself by ${writeRatio(control.ratio)}`;
  }
  const beyond = variants.filter(isImpossible);
  if (beyond.length === 0) return null;
  const figures = beyond.map(
    ({ name, efficiency }) => `${name} ${writeShare(efficiency?.ratio ?? 0)}`,
  );
  return `no server can do more than the bare computation, and of that this run found ${listNames(figures)}`;
}

function isImpossible({ name, validity, efficiency }: VariantResult): boolean {
  if (name === "bare" || !validity.valid || efficiency === null) return false;
  const { ratio, interval } = efficiency;
  return ratio > mostEfficiency && (interval === null || interval.low > 1);
}
