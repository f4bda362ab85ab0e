import { writeTime } from "../../load/statistics/percentiles.ts";
import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { renderPlot } from "../../report/plot.ts";
import type { LinePoint, LineSeries } from "../../report/svg/lines.ts";
import { chooseStyle } from "../../report/svg/palette.ts";
import { formatNumber, formatRate, formatTime } from "../../report/text/numbers.ts";
import type { Load, Step, StressResult } from "../result/result.ts";

const percentiles = ["p50", "p95", "p99"] as const;

/** Every stretch of open-loop load against its rate, in ascending order. */
function sortByRate({ steps, holds }: StressResult): readonly (Load & Partial<Step>)[] {
  const all: (Load & Partial<Step>)[] = [
    ...steps,
    ...holds.map((hold) =>
      hold.invalid.length === 0 ? hold : { ...hold, verdict: "invalid" as const },
    ),
  ];
  return all.sort((one, other) => one.sentPerSecond - other.sentPerSecond);
}

function makePoints(
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

export function renderLatencyCurve(result: StressResult): Section {
  const loads = sortByRate(result);
  const met = result.finding?.met ?? null;
  const series = (key: (typeof percentiles)[number]): LineSeries[] => {
    const light = makePoints(loads, (load) => load.light?.latency?.[key] ?? null);
    return [
      {
        name: "what was loaded",
        style: chooseStyle("what was loaded", 0),
        points: makePoints(loads, (load) => (load.latency.count === 0 ? null : load.latency[key])),
      },
      ...(light.length === 0
        ? []
        : [{ name: "GET / beside it", style: chooseStyle("GET / beside it", 1), points: light }]),
    ];
  };
  return {
    id: "latency",
    title: "Latency against load",
    body:
      loads.length === 0
        ? renderAbsence("The search did not begin.")
        : renderFigure({
            id: "latency-load",
            see: `The server is full where the line turns upwards. Plan for a load to the left of that.${met === null ? "" : ` The highest rate known to meet the objectives is ${formatRate(met)}.`}`,
            how: "Each point is a step or an overload, at the rate that was sent. Latency of served and given-up requests, from the intended send. Hollow points are INVALID. A percentile that falls on given-up requests has no point; the table says longer than what (>).",
            chart: renderPlot({
              id: "latency-plot",
              title: "Latency against load",
              description: "Latency against load. The same numbers are in the table below.",
              x: { label: "requests sent a second", scale: "log", text: formatRate },
              y: { label: "latency", scale: "log", text: formatTime },
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
                formatRate(sentPerSecond),
                ...percentiles.map((key) =>
                  latency.count === 0 ? "–" : writeTime(latency, key, formatTime),
                ),
              ]),
            },
          }),
  };
}

export function renderGoodput(result: StressResult): Section {
  const loads = sortByRate(result);
  const perSecond = (load: Load, count: number) => (1_000 * count) / Math.max(1, load.durationMs);
  const view: LineSeries[] = [
    {
      name: "served",
      style: chooseStyle("served", 2),
      points: makePoints(loads, (load) => load.servedPerSecond),
    },
    {
      name: "refused (503, 429)",
      style: chooseStyle("refused", 1),
      points: makePoints(loads, (load) => perSecond(load, load.refused)),
    },
    {
      name: "failed otherwise",
      style: chooseStyle("failed", 3),
      points: makePoints(loads, (load) => perSecond(load, load.failed)),
    },
  ];
  return {
    id: "shedding",
    title: "How it sheds load",
    body:
      loads.length === 0
        ? renderAbsence("No load was held.")
        : renderFigure({
            id: "goodput",
            see: "A server that sheds load well keeps serving as much as it can: past its limit the served line stays level, the refused line rises, and nothing fails otherwise.",
            how: "Correct answers, refusals and other failures a second, at the rate that was sent.",
            chart: renderPlot({
              id: "goodput-plot",
              title: "Answers against load",
              description: "Answers against load. The same numbers are in the table below.",
              x: { label: "requests sent a second", scale: "linear", text: formatRate },
              y: { label: "answers a second", scale: "linear", text: formatRate },
              choice: "Shown",
              views: [{ name: "all", series: view }],
            }),
            table: {
              caption: "Answers by load",
              head: ["Sent", "Served", "Refused", "Failed otherwise"],
              rows: loads.map((load) => [
                formatRate(load.sentPerSecond),
                formatRate(load.servedPerSecond),
                formatRate(perSecond(load, load.refused)),
                formatRate(perSecond(load, load.failed)),
              ]),
            },
          }),
  };
}

export function renderRecovery({ recovery }: StressResult): Section {
  const seen = recovery?.intervals.filter(({ p50 }) => p50 !== null) ?? [];
  const known =
    recovery === null
      ? ""
      : recovery.afterMs === null
        ? "It was not back to normal in this time."
        : recovery.afterMs === 0
          ? "It was back to normal at once."
          : `It was back to normal after ${formatTime(recovery.afterMs)}.`;
  return {
    id: "recovery",
    title: "After the overload",
    body:
      recovery === null || seen.length === 0
        ? renderAbsence("No recovery was watched.")
        : renderFigure({
            id: "recovery-time",
            see: `${known} Until the queue of the overload is empty, new requests wait behind it.`,
            how: `A light load of ${formatRate(recovery.rate)} from the end of the overload on. Each point is the median answer of 100 ms; normal is at most ${formatTime(recovery.normalMs)}, without errors.`,
            chart: renderPlot({
              id: "recovery-plot",
              title: "Latency after the overload",
              description: "Latency after the overload. The same numbers are in the table below.",
              x: { label: "since the overload", scale: "linear", text: formatTime },
              y: { label: "latency", scale: "log", text: formatTime },
              choice: "Shown",
              views: [
                {
                  name: "median",
                  series: [
                    {
                      name: "median of 100 ms",
                      style: chooseStyle("median", 0),
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
                formatTime(Math.max(0, atMs)),
                formatNumber(correct),
                formatNumber(failed),
                formatTime(p50 ?? 0),
              ]),
            },
          }),
  };
}
