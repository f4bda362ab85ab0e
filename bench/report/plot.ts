import { swatch } from "./svg/drawing.ts";
import type { SeriesStyle } from "./svg/palette.ts";
import { type Markup, markup, scriptJson } from "./text/markup.ts";

/** A line chart that is drawn in the page by uPlot: the reader can choose among its views. */
export interface Plot {
  /** Unique in the page. */
  readonly id: string;
  /** For who cannot see it: what is drawn, and where the same numbers are. */
  readonly description: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** What the views differ in: "Percentile". */
  readonly choice: string;
  /** One or more; the chart opens with the one that says so, or with the first. */
  readonly views: readonly PlotView[];
}

export interface PlotAxis {
  readonly label: string;
  readonly scale: "linear" | "log";
  /** How its numbers are written: times in ms, rates a second, shares of 1. */
  readonly format: "ms" | "rate" | "share";
}

export interface PlotView {
  readonly name: string;
  readonly selected?: boolean;
  readonly series: readonly PlotSeries[];
}

export interface PlotSeries {
  readonly name: string;
  readonly style: SeriesStyle;
  /** In ascending order of x. Values that a log axis cannot show are left out. */
  readonly points: readonly PlotPoint[];
  /** Drawn thin and without marks, as a model beside what was measured. */
  readonly model?: boolean;
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Drawn hollow. */
  readonly invalid?: boolean;
  /** A word beside the point, which is ringed: "knee". */
  readonly label?: string;
}

export function renderPlot(plot: Plot): Markup {
  const opened = Math.max(
    0,
    plot.views.findIndex(({ selected }) => selected),
  );
  return markup`<div class="plot" id="${plot.id}">
${plot.views.length > 1 ? renderChoices(plot, opened) : null}
<div class="canvas" role="img" aria-label="${plot.description}"></div>
<noscript><p class="soft">This chart is drawn by JavaScript, which is off. Its numbers are in the table below.</p></noscript>
<script type="application/json">${scriptJson({ ...plot, opened, views: plot.views.map(withSwatches) })}</script>
</div>`;
}

/** For the legend, which the page's script makes. */
function withSwatches({ series, ...view }: PlotView) {
  return { ...view, series: series.map((one) => ({ ...one, swatch: swatch(one.style).text })) };
}

function renderChoices({ id, choice, views }: Plot, opened: number): Markup {
  const option = ({ name }: PlotView, index: number) =>
    markup`<label><input type="radio" name="${id}-view" value="${index}"${index === opened ? markup` checked` : null}>${name}</label>`;
  return markup`<fieldset class="choices"><legend>${choice}</legend>${views.map(option)}</fieldset>`;
}
