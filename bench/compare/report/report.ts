/**
 * The bench's result as one HTML file that works offline:
 *
 *   writeFileSync("report.html", renderReport(result));
 */

import { environmentSection } from "../../report/environment.ts";
import { renderPage } from "../../report/page.ts";
import { markup } from "../../report/text/markup.ts";
import { moment, time } from "../../report/text/numbers.ts";
import type { BenchResult } from "../result/bench-result.ts";
import { costsSection } from "./costs.ts";
import { crossoverSection } from "./crossover.ts";
import { gridSection } from "./grid.ts";
import { latencySection } from "./latency.ts";
import { lightSection } from "./light.ts";
import { methodSection } from "./method.ts";
import { percentilesSection } from "./percentiles.ts";
import { scalingSection } from "./scaling.ts";
import { throughputSection } from "./throughput.ts";
import { validitySection } from "./validity.ts";
import { renderSummary, verdictSection } from "./verdict.ts";
import { workersSection } from "./workers.ts";

/** Pure: the same result gives the same text. A part that was not measured says so in a sentence. */
export function renderReport(result: BenchResult): string {
  const { work, environment, startedAt, preset } = result;
  return renderPage({
    title: `${work.task} on ${environment.cores} ${environment.cores === 1 ? "core" : "cores"}`,
    kicker: `manycore bench · ${preset} · ${moment(startedAt)}`,
    summary: renderSummary(result),
    sections: [
      verdictSection(result),
      environmentSection(result, [
        ["Task", markup`${work.task}, ${time(work.bareRunMs)} a run with nothing around it`],
        ["Input", markup`<code>${inputText(work.input)}</code>`],
      ]),
      validitySection(result),
      throughputSection(result),
      latencySection(result),
      percentilesSection(result),
      lightSection(result),
      crossoverSection(result),
      gridSection(result),
      scalingSection(result),
      workersSection(result),
      costsSection(result),
      methodSection(result),
    ],
    data: { fileName: "manycore-bench.json", value: result },
  });
}

/** Inputs may be megabytes: the whole is in the raw data. */
function inputText(input: unknown): string {
  const text = JSON.stringify(input) ?? "none";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
