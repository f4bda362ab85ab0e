/** Whether the machine was steady enough to say anything of throughput. Pure. */

import { listNames, writeRatio } from "../../command/wording.ts";
import { findNoiseFloor } from "../../load/statistics/rounds.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import { writeShare } from "./wording.ts";

/** If a variant differs from itself by this much, differences between variants mean nothing. */
const restlessFloor = 0.25;
/** No server can exceed the bare computation. More than this comes from the machine. */
const mostEfficiency = 1.05;

export type Judged = Pick<BenchResult, "control" | "variants">;

/** Why nothing can be said. Null if something can. */
export function findRestlessness({ control, variants }: Judged): string | null {
  if (control !== null && findNoiseFloor(control.ratio) > restlessFloor) {
    return `${control.variant}, measured twice, differs from itself by ${writeRatio(control.ratio)}`;
  }
  const beyond = variants.filter(isImpossible);
  if (beyond.length === 0) return null;
  const figures = beyond.map(
    ({ name, efficiency }) => `${name} ${writeShare(efficiency?.ratio ?? 0)}`,
  );
  return `no server can do more than the bare computation, but this run found ${listNames(figures)} of it`;
}

function isImpossible({ name, validity, efficiency }: VariantResult): boolean {
  if (name === "bare" || !validity.valid || efficiency === null) return false;
  const { ratio, interval } = efficiency;
  return ratio > mostEfficiency && (interval === null || interval.low > 1);
}
