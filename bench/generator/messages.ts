import type { FullPlan } from "./plan.ts";
import type { LoadProgress, LoadResult } from "./result.ts";

/** From the caller to the generator's process. */
export type ToGenerator =
  | { readonly kind: "start"; readonly plan: FullPlan }
  | { readonly kind: "stop" };

/** From the generator's process to the caller. It exits after `result` or `failure`. */
export type FromGenerator =
  | { readonly kind: "progress"; readonly progress: LoadProgress }
  | { readonly kind: "result"; readonly result: LoadResult }
  | { readonly kind: "failure"; readonly message: string };
