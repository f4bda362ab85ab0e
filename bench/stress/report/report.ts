/** The HTML report of a stress run: one file that works offline. */

import type { Distribution } from "../../load/result.ts";
import { type Percentile, timeText } from "../../load/statistics/percentiles.ts";
import { environmentSection, type Fact } from "../../report/environment.ts";
import { renderPage, type Section } from "../../report/page.ts";
import { renderTable, stamp } from "../../report/table.ts";
import { type Markup, markup } from "../../report/text/markup.ts";
import { digits, moment, time } from "../../report/text/numbers.ts";
import type { Load, StressResult } from "../result/result.ts";
import { describeCounts, verdictWord } from "../result/wording.ts";
import { printObjective } from "../search/objective.ts";
import { curveSection, goodputSection, recoverySection } from "./figures.ts";

/** Pure: the same result gives the same text. */
export function renderStressReport(result: StressResult): string {
  const { target, verdict, stopped, startedAt, environment } = result;
  const [answer = "", ...rest] = verdict;
  const what = target.task === null ? `${target.method} ${target.path}` : target.task;
  const early =
    stopped === null ? null : markup`<p class="notice">It ended early: ${stopped.reason}.</p>`;
  return renderPage({
    title: `Stress: ${what}`,
    kicker: `manycore stress, ${moment(startedAt)}, ${environment.cores} cores`,
    summary: markup`<p class="answer">${answer}</p>${early}`,
    sections: [
      ...(rest.length === 0 ? [] : [sentencesSection(rest)]),
      curveSection(result),
      goodputSection(result),
      recoverySection(result),
      allSection(result),
      methodSection(),
      environmentSection(result, factsOf(result)),
    ],
    data: { fileName: "stress.json", value: result },
  });
}

function sentencesSection(sentences: readonly string[]): Section {
  return {
    id: "verdict",
    title: "What happened",
    body: markup`<ul class="sentences">${sentences.map((each) => markup`<li>${each}</li>`)}</ul>`,
  };
}

/** Every stretch of load, with its name and how it ended. */
function allSection({ unloaded, steps, holds, recovery }: StressResult): Section {
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
        ...(unloaded === null ? [] : [row("Unloaded", unloaded, "one client")]),
        ...steps.map((step, index) => {
          const why = step.reasons.length === 0 ? "" : `: ${step.reasons.join("; ")}`;
          const outcome =
            step.verdict === "invalid" ? markup`${stamp}${why}` : verdictWord(step) + why;
          return row(`Step ${index + 1}${step.confirms ? ", longer" : ""}`, step, outcome);
        }),
        ...holds.map((hold) =>
          row(`${hold.factor}×`, hold, hold.invalid.length === 0 ? "held" : stamp),
        ),
        ...(recovery === null ? [] : [row("Recovery", recovery, "")]),
      ],
    }),
  };
}

function row(name: string, load: Load, outcome: Markup | string) {
  const { latency, light, intervals } = load;
  const ms = (times: Distribution | undefined | null, figure: Percentile | "max") =>
    times && times.count > 0 ? timeText(times, figure, time) : "–";
  const measured = intervals.filter(({ atMs }) => atMs >= 0 && atMs < load.durationMs);
  const underWay =
    measured.reduce((sum, { inFlight }) => sum + inFlight, 0) / Math.max(1, measured.length);
  return [
    name,
    digits(load.rate),
    digits(load.sentPerSecond),
    digits(load.servedPerSecond),
    ...(["p50", "p95", "p99", "max"] as const).map((figure) => ms(latency, figure)),
    ms(light?.latency, "p99"),
    digits(underWay),
    describeCounts(load),
    outcome,
  ];
}

function methodSection(): Section {
  return {
    id: "method",
    title: "How it was measured",
    body: markup`<p>Open loop: requests come at random times whether or not the server keeps up, and are timed from when they should have been sent. The search doubles the rate until a step misses the objectives, then bisects to within 10 %. A step sends exactly as many requests as its rate says. It is met where the upper 95 % confidence bound of its percentile (an order statistic; requests taken for independent) lies within the objective, and missed where its queue grew all along. One whose requests show neither is measured again for longer, and then counts as missed; one with too few requests for any confidence is met where the percentile of those that there were is within it, and said to be so. The rate that is found is held in a longer step, to confirm it. A step that the generator could not drive is stamped INVALID and is no finding.</p>`,
  };
}

function factsOf({ target, plan, objectives }: StressResult): readonly Fact[] {
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
