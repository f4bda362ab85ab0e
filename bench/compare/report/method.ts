import type { Section } from "../../report/page.ts";
import { renderTable } from "../../report/table.ts";
import { markup } from "../../report/text/markup.ts";
import { formatNumber, formatTime } from "../../report/text/numbers.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";

export function renderMethod({ plan, variants }: BenchResult): Section {
  return {
    id: "method",
    title: "How it was measured",
    body: [
      markup`<ul class="sentences">
<li>Each variant is the real server, started by its real command, on this machine; every answer is checked.</li>
<li>The load comes from a process of its own, over ${plan.connections} connections of its own. Closed loop (the next request when the last is answered) finds the peak; open loop (requests at their own times, timed from when they should have been sent) gives the latencies. So a server that stalls cannot hide it.</li>
<li>${plan.rounds} rounds of ${formatNumber(plan.cellMs / 1_000)} s a variant, in an order that is shuffled anew for each round (seed ${plan.seed}), so that a drift of the machine meets all alike. One variant is entered twice: its difference from itself is the noise.</li>
<li>${describeRewarming(plan.rewarmMs)}</li>
<li>Ratios are medians of the rounds’ own, with bootstrap intervals of 95 %. Four or five rounds give 88 % and 94 % at best, and fewer than four give no interval. Variants are ranked only if the interval of their ratio excludes 1. Outliers are shown and kept.</li>
<li>A row is stamped INVALID if the generator used over 80 % of a core or fell behind its schedule, if an answer was wrong or missing, or if Little’s law does not hold.</li>
<li>The references: <code>bare</code> is the computation in as many processes as there are cores, without HTTP: the limit. It also runs just before and after every cell; a share of it is a share of that. <code>tutorial</code> is node:cluster with node:http and the task in the handler.</li>
</ul>
<h3>The variants</h3>`,
      renderTable({
        caption: "What each variant is",
        head: ["Variant", "Kind", "What it is", "Workers", "Slots in each", "Flags"],
        words: [1, 2, 5],
        rows: variants.map(makeRow),
      }),
    ],
  };
}

/** @param rewarmMs undefined in results of an older bench */
function describeRewarming(rewarmMs: number | null | undefined): string {
  const why = "V8 drops compiled code of a server that has idled for some eight seconds";
  return rewarmMs == null
    ? `Each server idles while the others are measured, and ${why}. Compiling it again may be part of a run’s cost here.`
    : `${formatTime(rewarmMs)} of short runs go before every cell of throughput and CPU time, because each server idles while the others are measured, and ${why}.`;
}

function makeRow({ name, kind, what, workers, slots, flags }: VariantResult) {
  return [
    name,
    kind,
    what,
    String(workers),
    String(slots),
    flags.length === 0 ? "–" : markup`<code>${flags.join(" ")}</code>`,
  ];
}
