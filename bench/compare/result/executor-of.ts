import {
  type ExecutorName,
  executorNames,
  executors,
  modeNames,
  modes,
} from "../../../src/config/modes.ts";
import type { Variant } from "./bench-result.ts";

type Named = Pick<Variant, "name" | "kind" | "flags">;

/** The executor of a variant's workers; null for a reference, which has none of ours. */
export function findExecutor({ name, kind, flags }: Named): ExecutorName | null {
  if (kind === "reference") return null;
  const given = executorNames.find((one) => one === flags[flags.indexOf("--executor") + 1]);
  const mode = modeNames.find((one) => one === name.split("/")[0]);
  return given ?? (mode === undefined ? null : modes[mode].executor);
}

/** Whether its workers compute on their event loops. */
export function computesOnLoop(variant: Named): boolean {
  const executor = findExecutor(variant);
  return executor !== null && executors[executor].computesOnLoop;
}
