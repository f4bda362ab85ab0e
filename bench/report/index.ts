/**
 * The bench's result as one HTML file that works offline:
 *
 *   writeFileSync("report.html", renderReport(result));
 */
import type { BenchResult } from "../results/bench-result.ts";
import { markup } from "./markup.ts";
import { moment, time } from "./numbers.ts";
import { renderPage } from "./page.ts";
import { costsSection } from "./sections/costs.ts";
import { crossoverSection } from "./sections/crossover.ts";
import { environmentSection } from "./sections/environment.ts";
import { gridSection } from "./sections/grid.ts";
import { latencySection } from "./sections/latency.ts";
import { lightSection } from "./sections/light.ts";
import { methodSection } from "./sections/method.ts";
import { percentilesSection } from "./sections/percentiles.ts";
import { scalingSection } from "./sections/scaling.ts";
import { throughputSection } from "./sections/throughput.ts";
import { validitySection } from "./sections/validity.ts";
import { renderSummary, verdictSection } from "./sections/verdict.ts";
import { workersSection } from "./sections/workers.ts";

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
