import type { LoadProgress, LoadResult } from "../result.ts";
import type { FullPlan } from "./plan.ts";

/** From the caller to the generator's process. */
export type ToGenerator =
  /** `progress`: whether anybody listens for it. */
  | { readonly kind: "start"; readonly plan: FullPlan; readonly progress: boolean }
  | { readonly kind: "stop" };

/** From the generator's process to the caller. A run ends with `result` or `failure`. */
export type FromGenerator =
  | { readonly kind: "progress"; readonly progress: LoadProgress }
  | { readonly kind: "result"; readonly result: LoadResult }
  | { readonly kind: "failure"; readonly message: string };
