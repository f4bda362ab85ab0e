import type { FullStream } from "./plan.ts";

/** The one header whose value is read. */
export function chooseHeader({ worker, runTimes }: FullStream): string | null {
  if (runTimes) return "server-timing";
  return worker !== null && "header" in worker ? worker.header : null;
}

/** Connections are chosen by another sequence than the arrivals. */
export function chooseSeed({ arrivals }: FullStream): number {
  return ~(arrivals.kind === "poisson" ? (arrivals.seed ?? 1) : 1);
}
