/** The figures as Prometheus reads them. */
import { Registry } from "@prometheus-io/client";
import type { QueueStats } from "../../jobs/stats.ts";
import { isMetricName } from "./definitions.ts";
import type { ServerFigures } from "./figures.ts";
import { serverMetrics, workerMetrics } from "./gauges.ts";
import { jobMetrics } from "./job-metrics.ts";
import { showCounted } from "./shown-metric.ts";

export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/**
 * The text of `/metrics`, in Prometheus's format 0.0.4.
 *
 * @param jobs null on a server without jobs, or if the queue does not answer
 */
export function metricsText(figures: ServerFigures, jobs: QueueStats | null): Promise<string> {
  const counted = figures.counted.flatMap((metric) =>
    isMetricName(metric.name) ? [showCounted(metric.name, metric)] : [],
  );
  const lists = [
    serverMetrics(figures),
    ...figures.workers.map(workerMetrics),
    counted,
    jobs ? jobMetrics(jobs) : [],
  ];
  return Registry.aggregate(lists).metrics();
}
