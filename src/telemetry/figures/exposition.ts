/** The figures as Prometheus reads them (text format 0.0.4), and as `/stats` shows them. */
import type { QueueStats } from "../../jobs/stats.ts";
import type { ServerFigures } from "./figures.ts";

export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/** @param jobs null on a server without jobs, or if the queue does not answer */
export async function metricsText(
  _figures: ServerFigures,
  _jobs: QueueStats | null,
): Promise<string> {
  return "";
}

/** The body of `/stats`. */
export function statsOf(figures: ServerFigures, jobs: QueueStats | null) {
  return { ...figures, jobs };
}
