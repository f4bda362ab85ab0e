import { executors } from "../../../src/config/modes.ts";
import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { drawHeatMap } from "../../report/svg/heat-map.ts";
import type { Markup } from "../../report/text/markup.ts";
import { formatNumber, formatRate, formatRatio } from "../../report/text/numbers.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import { computesOnLoop, findExecutor } from "../result/executor-of.ts";
import { formatOrDash, formatRatioInterval, renderName } from "./variants.ts";

/** A place in the grid: a number of workers, and of threads in each (or inline). */
interface Place {
  readonly variant: VariantResult;
  readonly row: string;
  readonly column: string;
}

const inline = "inline";

export function renderGrid({ variants, environment }: BenchResult): Section {
  const measured = variants.filter(({ peak }) => peak !== null);
  return {
    id: "grid",
    title: "Workers × threads",
    body: measured.some(({ kind }) => kind === "grid")
      ? renderGridFigure(findPlaces(measured), environment.cores)
      : renderAbsence("The grid of workers and threads was not measured."),
  };
}

/** The grid's variants, and the modes, which are places in it too. */
function findPlaces(variants: readonly VariantResult[]): Place[] {
  const places = new Map<string, Place>();
  for (const variant of variants) {
    const column = findColumn(variant);
    const key = `${variant.workers} x ${column}`;
    if (column === null || places.has(key)) continue;
    places.set(key, { variant, row: String(variant.workers), column });
  }
  return [...places.values()];
}

/** Null if it has no place in the grid: libuv's threads serve other things too. */
function findColumn(variant: VariantResult): string | null {
  if (variant.kind !== "grid" && variant.kind !== "mode") return null;
  if (computesOnLoop(variant)) return inline;
  const executor = findExecutor(variant);
  const isPool = executor !== null && !executors[executor].usesLibuvPool;
  return isPool ? String(variant.slots) : null;
}

/** In ascending order; "inline" comes first. */
function sortSizes(values: readonly string[]): string[] {
  const size = (value: string) => (value === inline ? 0 : Number(value));
  return [...new Set(values)].sort((left, right) => size(left) - size(right));
}

function renderGridFigure(places: readonly Place[], cores: number): Markup {
  const cells = places.map(({ variant: { peak, validity }, row, column }) => ({
    row,
    column,
    value: peak?.median ?? 0,
    text: formatNumber(peak?.median ?? 0),
    invalid: !validity.valid,
  }));
  const best = Math.max(...cells.map(({ value }) => value));
  const winner = cells.find(({ value }) => value === best);
  return renderFigure({
    id: "heat-map",
    see: `Runs a second by number of workers and of threads in each; inline is a worker that computes on its event loop. The framed cell is the best${winner ? ` (${winner.row} × ${winner.column})` : ""}. See whether more of either helps once workers times threads reach the ${cores} cores.`,
    how: "Closed loop, median of the rounds. The stronger the colour, the nearer to the best cell.",
    chart: (frame) =>
      drawHeatMap(frame, {
        title: "Peak throughput by workers and threads",
        description: `${cells.map(({ row, column, text }) => `workers ${row}, ${column === inline ? column : `threads ${column}`}: ${text} runs a second`).join("; ")}.`,
        rows: { label: "workers", values: sortSizes(places.map(({ row }) => row)) },
        columns: {
          label: "threads in each",
          values: sortSizes(places.map(({ column }) => column)),
        },
        cells,
      }),
    table: {
      caption: "Peak throughput by workers and threads",
      head: ["Variant", "Workers", "Threads in each", "Peak", "Of the best", "Of single"],
      rows: places.map(({ variant, column }) => [
        renderName(variant),
        String(variant.workers),
        column,
        formatOrDash(variant.peak?.median, formatRate),
        formatOrDash(variant.peak && variant.peak.median / best, formatRatio),
        formatRatioInterval(variant.speedUp),
      ]),
    },
  });
}
