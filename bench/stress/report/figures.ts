import { timeText } from "../../load/statistics/percentiles.ts";
import { absent, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { renderPlot } from "../../report/plot.ts";
import type { LinePoint, LineSeries } from "../../report/svg/lines.ts";
import { seriesStyle } from "../../report/svg/palette.ts";
import { digits, rate, time } from "../../report/text/numbers.ts";
import type { Load, Step, StressResult } from "../result/result.ts";

const percentiles = ["p50", "p95", "p99"] as const;

/** Every stretch of open-loop load against its rate, in ascending order. */
function byRate({ steps, holds }: StressResult): readonly (Load & Partial<Step>)[] {
  const all: (Load & Partial<Step>)[] = [
    ...steps,
    ...holds.map((hold) =>
      hold.invalid.length === 0 ? hold : { ...hold, verdict: "invalid" as const },
    ),
  ];
  return all.sort((one, other) => one.sentPerSecond - other.sentPerSecond);
}

function pointsOf(
  loads: readonly (Load & Partial<Step>)[],
  y: (load: Load) => number | null,
): LinePoint[] {
  return loads.flatMap((load) => {
    const value = y(load);
    if (value === null) return [];
    return [
      { x: load.sentPerSecond, y: value, ...(load.verdict === "invalid" ? { invalid: true } : {}) },
    ];
  });
}

export function curveSection(result: StressResult): Section {
  const loads = byRate(result);
  const met = result.finding?.met ?? null;
  const series = (key: (typeof percentiles)[number]): LineSeries[] => {
    const light = pointsOf(loads, (load) => load.light?.latency?.[key] ?? null);
    return [
      {
        name: "what was loaded",
        style: seriesStyle("what was loaded", 0),
        points: pointsOf(loads, (load) => (load.latency.count === 0 ? null : load.latency[key])),
      },
      ...(light.length === 0
        ? []
        : [{ name: "GET / beside it", style: seriesStyle("GET / beside it", 1), points: light }]),
    ];
  };
  return {
    id: "latency",
    title: "Latency against load",
    body:
      loads.length === 0
        ? absent("The search did not begin.")
        : renderFigure({
            id: "latency-load",
            see: `Where the line turns upwards the server is full: plan for a load to the left of it.${met === null ? "" : ` The highest rate known to meet the objectives is ${rate(met)}.`}`,
            how: "Each point is a step or an overload, at the rate that was sent. Of what was served or given up on, from the intended send. Hollow points are INVALID. A percentile that falls on requests which were given up on is no point: the table says longer than what (>).",
            chart: renderPlot({
              id: "latency-plot",
              title: "Latency against load",
              description: "Latency against load. The same numbers are in the table below.",
              x: { label: "requests sent a second", scale: "log", text: rate },
              y: { label: "latency", scale: "log", text: time },
              choice: "Percentile",
              views: percentiles.map((key) => ({
                name: key,
                selected: key === "p99",
                series: series(key),
              })),
            }),
            table: {
              caption: "Latency by load",
              head: ["Sent", "p50", "p95", "p99"],
              rows: loads.map(({ sentPerSecond, latency }) => [
                rate(sentPerSecond),
                ...percentiles.map((key) =>
                  latency.count === 0 ? "–" : timeText(latency, key, time),
                ),
              ]),
            },
          }),
  };
}

export function goodputSection(result: StressResult): Section {
  const loads = byRate(result);
  const perSecond = (load: Load, count: number) => (1_000 * count) / Math.max(1, load.durationMs);
  const view: LineSeries[] = [
    {
      name: "served",
      style: seriesStyle("served", 2),
      points: pointsOf(loads, (load) => load.servedPerSecond),
    },
    {
      name: "refused (503, 429)",
      style: seriesStyle("refused", 1),
      points: pointsOf(loads, (load) => perSecond(load, load.refused)),
    },
    {
      name: "failed otherwise",
      style: seriesStyle("failed", 3),
      points: pointsOf(loads, (load) => perSecond(load, load.failed)),
    },
  ];
  return {
    id: "shedding",
    title: "How it sheds load",
    body:
      loads.length === 0
        ? absent("No load was held.")
        : renderFigure({
            id: "goodput",
            see: "A server that sheds well goes on serving as much as it can: the line of what is served stays level to the right, what is refused rises, and nothing fails otherwise.",
            how: "Correct answers, refusals and every other end a second, at the rate that was sent.",
            chart: renderPlot({
              id: "goodput-plot",
              title: "Answers against load",
              description: "Answers against load. The same numbers are in the table below.",
              x: { label: "requests sent a second", scale: "linear", text: rate },
              y: { label: "answers a second", scale: "linear", text: rate },
              choice: "Shown",
              views: [{ name: "all", series: view }],
            }),
            table: {
              caption: "Answers by load",
              head: ["Sent", "Served", "Refused", "Failed otherwise"],
              rows: loads.map((load) => [
                rate(load.sentPerSecond),
                rate(load.servedPerSecond),
                rate(perSecond(load, load.refused)),
                rate(perSecond(load, load.failed)),
              ]),
            },
          }),
  };
}

export function recoverySection({ recovery }: StressResult): Section {
  const seen = recovery?.intervals.filter(({ p50 }) => p50 !== null) ?? [];
  const known =
    recovery === null
      ? ""
      : recovery.afterMs === null
        ? "It was not back to normal in this time."
        : recovery.afterMs === 0
          ? "It was back to normal at once."
          : `It was back to normal after ${time(recovery.afterMs)}.`;
  return {
    id: "recovery",
    title: "After the overload",
    body:
      recovery === null || seen.length === 0
        ? absent("No recovery was watched.")
        : renderFigure({
            id: "recovery-time",
            see: `${known} Until the queue of the overload is empty, new requests wait behind it.`,
            how: `A light load of ${rate(recovery.rate)} from the end of the overload on. Each point is the median answer of 100 ms; normal is ${time(recovery.normalMs)} or less, and no error.`,
            chart: renderPlot({
              id: "recovery-plot",
              title: "Latency after the overload",
              description: "Latency after the overload. The same numbers are in the table below.",
              x: { label: "since the overload", scale: "linear", text: time },
              y: { label: "latency", scale: "log", text: time },
              choice: "Shown",
              views: [
                {
                  name: "median",
                  series: [
                    {
                      name: "median of 100 ms",
                      style: seriesStyle("median", 0),
                      points: seen.map(({ atMs, p50 }) => ({ x: atMs, y: p50 ?? 0 })),
                    },
                  ],
                },
              ],
            }),
            table: {
              caption: "Answers of each 100 ms",
              head: ["From", "Served", "Failed", "Median"],
              rows: seen.map(({ atMs, correct, failed, p50 }) => [
                time(Math.max(0, atMs)),
                digits(correct),
                digits(failed),
                time(p50 ?? 0),
              ]),
            },
          }),
  };
}
