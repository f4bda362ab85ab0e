import type { RatioEstimate } from "../../load/statistics/bootstrap.ts";
import { renderAbsence } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { renderTable } from "../../report/table.ts";
import { type Markup, markup, type Piece } from "../../report/text/markup.ts";
import {
  formatBytes,
  formatInterval,
  formatRate,
  formatRatio,
  formatTime,
} from "../../report/text/numbers.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import {
  describeInterval,
  formatOrDash,
  formatPercentile,
  renderName,
  withoutGrid,
} from "./variants.ts";

/** Stands below the title: the answer, and whether the bench was cut short. */
export function renderSummary({ verdict, stopped }: BenchResult): Markup {
  const [answer] = verdict;
  return markup`<p class="answer">${answer ?? "No verdict: too little was measured to compare anything."}</p>
${stopped === null ? null : markup`<p class="notice">The bench was stopped before its end: ${stopped.reason}. What had been measured until then is below.</p>`}`;
}

export function renderVerdict({ verdict, variants, plan }: BenchResult): Section {
  const sentences = verdict.slice(1).map((sentence) => markup`<li>${sentence}</li>`);
  return {
    id: "verdict",
    title: "Verdict",
    body: [
      sentences.length === 0
        ? renderAbsence("There is nothing to add to the answer above.")
        : markup`<ul class="sentences">${sentences}</ul>`,
      markup`<h3>In figures</h3>`,
      variants.length === 0
        ? renderAbsence("No variant was measured.")
        : renderFigures(withoutGrid(variants), plan),
    ],
  };
}

function renderFigures(variants: readonly VariantResult[], plan: BenchResult["plan"]): Markup {
  return renderTable({
    caption: `Medians of the rounds; ratios with their interval (${describeInterval(plan.rounds)})`,
    head: [
      "Variant",
      "Peak",
      "Over single",
      "Of bare on every core",
      "CPU a run, over bare",
      "GET / p99 at peak",
      "Start‑up",
      "Memory",
    ],
    rows: variants.map((variant) => [
      renderName(variant),
      formatOrDash(variant.peak?.median, formatRate),
      renderRatio(variant.speedUp),
      renderRatio(variant.efficiency),
      renderRatio(variant.cpuOverBare),
      formatPercentile(variant.light, "p99"),
      formatOrDash(variant.startUp?.median, formatTime),
      formatOrDash(variant.memory?.bytes, formatBytes),
    ]),
  });
}

/** The interval stands on its own line, to keep the table narrow. */
function renderRatio(estimate: RatioEstimate | null): Piece {
  if (estimate === null) return "–";
  return markup`${formatRatio(estimate.ratio)}${
    estimate.interval && markup`<span class="range">${formatInterval(estimate.interval)}</span>`
  }`;
}
