/** The HTML report of a stress run: one file that works offline. */

import type { Distribution } from "../../load/result.ts";
import { type Percentile, writeTime } from "../../load/statistics/percentiles.ts";
import { type Fact, renderEnvironment } from "../../report/environment.ts";
import { renderPage, type Section } from "../../report/page.ts";
import { renderTable, stamp } from "../../report/table.ts";
import { type Markup, markup } from "../../report/text/markup.ts";
import { formatMoment, formatNumber, formatTime } from "../../report/text/numbers.ts";
import type { Load, StressResult } from "../result/result.ts";
import { describeCounts, nameVerdict } from "../result/wording.ts";
import { printObjective } from "../search/objective.ts";
import { renderGoodput, renderLatencyCurve, renderRecovery } from "./figures.ts";

/** Pure: the same result gives the same text. */
export function renderStressReport(result: StressResult): string {
  const { target, verdict, stopped, startedAt, environment } = result;
  const [answer = "", ...rest] = verdict;
  const what = target.task === null ? `${target.method} ${target.path}` : target.task;
  const early =
    stopped === null ? null : markup`<p class="notice">It ended early: ${stopped.reason}.</p>`;
  return renderPage({
    title: `Stress: ${what}`,
    kicker: `manycore stress, ${formatMoment(startedAt)}, ${environment.cores} cores`,
    summary: markup`<p class="answer">${answer}</p>${early}`,
    sections: [
      ...(rest.length === 0 ? [] : [renderSentences(rest)]),
      renderLatencyCurve(result),
      renderGoodput(result),
      renderRecovery(result),
      renderAllLoads(result),
      renderStressMethod(),
      renderEnvironment(result, listFacts(result)),
    ],
    data: { fileName: "stress.json", value: result },
  });
}

function renderSentences(sentences: readonly string[]): Section {
  return {
    id: "verdict",
    title: "What happened",
    body: markup`<ul class="sentences">${sentences.map((each) => markup`<li>${each}</li>`)}</ul>`,
  };
}

/** Every stretch of load, with its name and how it ended. */
function renderAllLoads({ unloaded, steps, holds, recovery }: StressResult): Section {
  return {
    id: "all",
    title: "Every stretch of load",
    body: renderTable({
      caption:
        "In the order of the run; times from the intended send, of what was served or given up on (>)",
      head: [
        ...["", "Asked/s", "Sent/s", "Served/s", "p50", "p95", "p99", "Max"],
        ...["GET / p99", "Under way on average", "Answers", "Outcome"],
      ],
      words: [10, 11],
      rows: [
        ...(unloaded === null ? [] : [makeReportRow("Unloaded", unloaded, "one client")]),
        ...steps.map((step, index) => {
          const why = step.reasons.length === 0 ? "" : `: ${step.reasons.join("; ")}`;
          const outcome =
            step.verdict === "invalid" ? markup`${stamp}${why}` : nameVerdict(step) + why;
          return makeReportRow(
            `Step ${index + 1}${step.confirms ? ", longer" : ""}`,
            step,
            outcome,
          );
        }),
        ...holds.map((hold) =>
          makeReportRow(`${hold.factor}×`, hold, hold.invalid.length === 0 ? "held" : stamp),
        ),
        ...(recovery === null ? [] : [makeReportRow("Recovery", recovery, "")]),
      ],
    }),
  };
}

function makeReportRow(name: string, load: Load, outcome: Markup | string) {
  const { latency, light, intervals } = load;
  const ms = (times: Distribution | undefined | null, figure: Percentile | "max") =>
    times && times.count > 0 ? writeTime(times, figure, formatTime) : "–";
  const measured = intervals.filter(({ atMs }) => atMs >= 0 && atMs < load.durationMs);
  const underWay =
    measured.reduce((sum, { inFlight }) => sum + inFlight, 0) / Math.max(1, measured.length);
  return [
    name,
    formatNumber(load.rate),
    formatNumber(load.sentPerSecond),
    formatNumber(load.servedPerSecond),
    ...(["p50", "p95", "p99", "max"] as const).map((figure) => ms(latency, figure)),
    ms(light?.latency, "p99"),
    formatNumber(underWay),
    describeCounts(load),
    outcome,
  ];
}

function renderStressMethod(): Section {
  return {
    id: "method",
    title: "How it was measured",
    body: markup`<p>Open loop: requests come at random times whether or not the server keeps up. They are timed from when they should have been sent. The search doubles the rate until a step misses the objectives, then bisects to within 10 %. A step sends exactly as many requests as its rate says. A step is met if the upper 95 % confidence bound of its percentile lies within the objective. (The bound is an order statistic and takes requests for independent.) A step is missed if its queue grew all along. If its requests show neither, it is repeated for longer, and then counts as missed. With too few requests for any confidence, the plain percentile decides, and the verdict says so. A longer step confirms the rate that was found. A step that the generator could not drive is stamped INVALID, and is no finding.</p>`,
  };
}

function listFacts({ target, plan, objectives }: StressResult): readonly Fact[] {
  const { serverFlags } = target;
  return [
    ["Request", `${target.method} ${target.path}`],
    ["Input", target.task === null ? "–" : JSON.stringify(target.input)],
    ["Server", serverFlags === null ? target.url : ["manycore", ...serverFlags].join(" ")],
    ["Checked of each answer", target.checked],
    ["Objectives", objectives.map(printObjective).join(" and ")],
    [
      "Arrivals",
      `Poisson given its count, seed ${plan.seed}, at most ${plan.maxRate}/s, each over one of at most ${plan.connections} connections at random`,
    ],
  ];
}
