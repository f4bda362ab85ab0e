import { findNoiseFloor } from "../../load/statistics/rounds.ts";
import { renderAbsence } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { stamp } from "../../report/table.ts";
import { type Markup, markup } from "../../report/text/markup.ts";
import { formatCount, formatRate, formatShare } from "../../report/text/numbers.ts";
import type { BenchResult, Control, VariantResult } from "../result/bench-result.ts";

export function renderValidity({ control, coreRatio, variants, plan }: BenchResult): Section {
  return {
    id: "validity",
    title: "Can it be trusted?",
    body: [
      markup`<h3>The same against itself</h3>`,
      control === null
        ? renderAbsence(
            "There is no A/A control: no variant was measured twice, so the noise is not known.",
          )
        : describeControl(control),
      markup`<h3>The machine’s own pace</h3>`,
      describePace(variants, coreRatio),
      markup`<h3>Rows that are not valid</h3>`,
      renderInvalidRows(variants),
      renderLeftOut(variants),
      markup`<h3>Warm-up</h3>`,
      describeWarmUp(variants),
      markup`<h3>Outliers</h3>`,
      describeOutliers(variants, plan.rounds),
    ],
  };
}

function describeControl({ variant, ratio }: Control): Markup {
  const holds =
    ratio.interval === null
      ? "There are too few rounds for an interval, so the noise is not known."
      : ratio.interval.low <= 1 && ratio.interval.high >= 1
        ? "The interval contains 1, as it must when nothing differs."
        : "The interval does not contain 1 although nothing differs: the machine was not steady. Measure again, with more rounds.";
  const floor =
    ratio.interval === null
      ? ""
      : ` Differences under ${formatShare(findNoiseFloor(ratio))} between any two rows cannot be told from noise.`;
  return markup`<p><code>${variant}</code> was entered twice, under two names. It differs from itself by <strong>${formatExactRatio(ratio)}</strong>. ${holds}${floor}</p>`;
}

/** Three places, because the differences are small. */
function formatExactRatio({ ratio, interval }: Control["ratio"]): string {
  const range = interval && ` [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]`;
  return `${ratio.toFixed(3)}×${range ?? ""}`;
}

/** The bare computation's rate by round. No server is involved. */
function describePace(
  variants: readonly VariantResult[],
  coreRatio: BenchResult["coreRatio"],
): Markup {
  const values = variants.find(({ name }) => name === "bare")?.peak?.values ?? [];
  if (values.length === 0) return renderAbsence("The bare computation was not measured.");
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const cores =
    coreRatio === null
      ? ""
      : ` At the same time its fastest process did ${coreRatio.toFixed(2)} times the runs of its slowest: with equal cores that is 1.`;
  return markup`<p>From round to round the bare computation did ${formatRate(least)} to ${formatRate(most)}: so far did the machine’s own pace move. Ratios are taken within rounds, where that cancels out.${cores}</p>`;
}

interface Invalid {
  readonly where: string;
  readonly reasons: readonly string[];
}

function renderInvalidRows(variants: readonly VariantResult[]): Markup {
  const rows = variants.flatMap(({ name, validity, latency }): Invalid[] => [
    ...(validity.valid ? [] : [{ where: name, reasons: validity.reasons }]),
    ...latency.flatMap((point) =>
      point.validity.valid
        ? []
        : [
            {
              where: `${name} at ${formatShare(point.share)} of its peak`,
              reasons: point.validity.reasons,
            },
          ],
    ),
  ]);
  if (rows.length === 0) {
    return markup`<p>None. In every row the generator had CPU time to spare and kept its schedule, all answers were correct, and Little’s law holds.</p>`;
  }
  return markup`<ul class="sentences">${rows.map(
    ({ where, reasons }) => markup`<li>${stamp} ${where}: ${reasons.join("; ")}.</li>\n`,
  )}</ul>`;
}

/** Rows whose `GET /` times are not valid although their load is. */
function renderLeftOut(variants: readonly VariantResult[]): Markup | null {
  const rows = variants.flatMap(({ name, lightReason, latency }) => [
    ...(lightReason === null ? [] : [`${name}: ${lightReason}`]),
    ...latency.flatMap((point) =>
      point.lightReason === null
        ? []
        : [`${name} at ${formatShare(point.share)} of its peak: ${point.lightReason}`],
    ),
  ]);
  if (rows.length === 0) return null;
  return markup`<p>The times of <code>GET /</code> were left out of these:</p><ul class="sentences">${rows.map(
    (row) => markup`<li>${row}.</li>\n`,
  )}</ul>`;
}

function describeWarmUp(variants: readonly VariantResult[]): Markup {
  const warm = variants.flatMap(({ warmUp }) => (warmUp?.settled ? [warmUp.requests] : []));
  if (warm.length === 0) return renderAbsence("No server was warmed up.");
  const [least, most] = [formatCount(Math.min(...warm)), formatCount(Math.max(...warm))];
  const amount = least === most ? least : `${least} to ${most}`;
  return markup`<p>Before the rounds ${formatCount(warm.length)} ${warm.length === 1 ? "server was" : "servers were"} loaded with short runs, in stretches, until a stretch did no more than the one before (a tenth, and three standard errors, are allowed), which took ${amount} of them. One that went on rising is stamped INVALID above.</p>`;
}

function describeOutliers(variants: readonly VariantResult[], rounds: number): Markup {
  const found = variants.flatMap(({ name, peak }) =>
    peak && peak.outliers.length > 0 ? [`${name} (${peak.outliers.length})`] : [],
  );
  const of = `${rounds} ${rounds === 1 ? "round" : "rounds"}`;
  return found.length === 0
    ? markup`<p>In ${of} no peak lay outside 1.5 interquartile ranges.</p>`
    : markup`<p>Of ${of} these had peaks outside 1.5 interquartile ranges: ${found.join(", ")}. They are kept, and drawn as hollow dots; medians hardly move with them.</p>`;
}
