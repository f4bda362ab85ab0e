import type { Aggregator } from "@prometheus-io/client";
import { bounds, definitions, type MetricName } from "./definitions.ts";
import type { CountedMetric, Series } from "./figures.ts";

/** A metric as the Prometheus client shows and aggregates it. */
export interface ShownMetric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** What becomes of two values with the same labels; they add up if it is left out. */
  readonly aggregator?: Aggregator;
  readonly values: readonly ShownValue[];
}

export interface ShownValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Its own name if that is not the metric's: `..._bucket`, `..._sum`, `..._count`. */
  readonly metricName?: string;
}

/** A metric that is counted, as it is shown. */
export function showCounted(name: MetricName, { series }: CountedMetric): ShownMetric {
  const { type, help, labels: names } = definitions[name];
  const values = series.flatMap(({ labels, numbers }: Series) => {
    const named = nameLabels(names, labels);
    if (type === "counter") return [{ labels: named, value: numbers[0] ?? 0 }];
    const [sum = 0, ...counts] = numbers;
    return showHistogram(name, named, { sum, counts, bounds });
  });
  return { name, help, type, values };
}

/** An empty label is left out: to Prometheus that is the same. */
function nameLabels(names: readonly string[], labels: readonly string[]): Record<string, string> {
  const pairs = names.map((name, position) => [name, labels[position] ?? ""] as const);
  return Object.fromEntries(pairs.filter(([, label]) => label !== ""));
}

/**
 * The values of a histogram for one set of labels.
 *
 * @param counts how many values were in each bucket; the last one has no bound
 */
export function showHistogram(
  name: string,
  labels: Readonly<Record<string, string>>,
  { sum, counts, bounds }: { sum: number; counts: readonly number[]; bounds: readonly number[] },
): ShownValue[] {
  let within = 0;
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, position) => {
    within += counts[position] ?? 0;
    const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: within };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: within },
  ];
}
