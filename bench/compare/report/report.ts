/**
 * The bench's result as one HTML file that works offline:
 *
 *   writeFileSync("report.html", renderReport(result));
 */

import { renderEnvironment } from "../../report/environment.ts";
import { renderPage } from "../../report/page.ts";
import { markup } from "../../report/text/markup.ts";
import { formatMoment, formatTime } from "../../report/text/numbers.ts";
import type { BenchResult } from "../result/bench-result.ts";
import { renderCosts } from "./costs.ts";
import { renderCrossover } from "./crossover.ts";
import { renderGrid } from "./grid.ts";
import { renderLatency } from "./latency.ts";
import { renderLight } from "./light.ts";
import { renderMethod } from "./method.ts";
import { renderPercentiles } from "./percentiles.ts";
import { renderScaling } from "./scaling.ts";
import { renderThroughput } from "./throughput.ts";
import { renderValidity } from "./validity.ts";
import { renderSummary, renderVerdict } from "./verdict.ts";
import { renderWorkers } from "./workers.ts";

/**
 * Pure: the same result gives the same text. A sentence stands for each part that was not measured.
 */
export function renderReport(result: BenchResult): string {
  const { work, environment, startedAt, preset } = result;
  return renderPage({
    title: `${work.task} on ${environment.cores} ${environment.cores === 1 ? "core" : "cores"}`,
    kicker: `manycore bench · ${preset} · ${formatMoment(startedAt)}`,
    summary: renderSummary(result),
    sections: [
      renderVerdict(result),
      renderEnvironment(result, [
        ["Task", markup`${work.task}, ${formatTime(work.bareRunMs)} a run with nothing around it`],
        ["Input", markup`<code>${shortenInput(work.input)}</code>`],
      ]),
      renderValidity(result),
      renderThroughput(result),
      renderLatency(result),
      renderPercentiles(result),
      renderLight(result),
      renderCrossover(result),
      renderGrid(result),
      renderScaling(result),
      renderWorkers(result),
      renderCosts(result),
      renderMethod(result),
    ],
    data: { fileName: "manycore-bench.json", value: result },
  });
}

/** An input may be megabytes. The raw data has all of it. */
function shortenInput(input: unknown): string {
  const text = JSON.stringify(input) ?? "none";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
