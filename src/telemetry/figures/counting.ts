import type { CountedMetric } from "./figures.ts";

/** What a process has counted since its start. */
export interface Counting {
  /** All of it. The numbers never shrink. */
  counted(): readonly CountedMetric[];
  /** Rises with each event: a snapshot is due when it has changed. */
  readonly changes: number;
}

/** Several countings as one. */
export function allOf(parts: readonly Counting[]): Counting {
  return {
    counted: () => parts.flatMap((part) => part.counted()),
    get changes() {
      return parts.reduce((sum, { changes }) => sum + changes, 0);
    },
  };
}
