import type { LoadProgress } from "../../load/result.ts";
import type { Running } from "./servers.ts";

/** What the comparison reports while it runs. */
export interface Progress {
  /** @param variant whose throughput cell begins */
  began(label: string, variant?: string): void;
  /** @param figure of a cell that gave one */
  finished(
    label: string,
    figure?: { readonly variant: string; readonly runsPerSecond: number },
  ): void;
  /** A variant's server is up. It runs to the end. */
  serves?(running: Running): void;
  /** About five times a second in a throughput cell. */
  loaded?(variant: string, progress: LoadProgress): void;
}
