import { drawBothWidths } from "./figure.ts";
import { renderLegend, type Words } from "./svg/drawing.ts";
import { drawLines, type LineAxis, type LineChart, type LineSeries } from "./svg/lines.ts";
import { type Markup, markup } from "./text/markup.ts";

/** A line chart with several views. The reader chooses one. */
export interface Plot extends Words {
  /** Unique in the page. */
  readonly id: string;
  readonly x: LineAxis;
  readonly y: LineAxis;
  /** What the views differ in: "Percentile". */
  readonly choice: string;
  /** One to `mostViews`. The chart opens with the selected one, or with the first. */
  readonly views: readonly PlotView[];
}

export interface PlotView {
  readonly name: string;
  readonly selected?: boolean;
  /** A value that a log axis cannot show is left out. */
  readonly series: readonly LineSeries[];
}

/** style.ts has a rule for each. */
export const mostViews = 6;

/** Draws every view. style.ts shows the chosen one, without a script. */
export function renderPlot({ id, choice, views, ...chart }: Plot): Markup {
  const found = views.findIndex(({ selected }) => selected);
  const opened = Math.max(0, found);
  const options = views.map(
    ({ name }, index) =>
      markup`<label><input type="radio" name="${id}-view" value="${index}"${index === opened ? markup` checked` : null}>${name}</label>`,
  );
  return markup`<div class="plot" id="${id}">
${views.length > 1 ? markup`<fieldset class="choices"><legend>${choice}</legend>${options}</fieldset>` : null}
${views.map((view, index) => renderView(`${id}-${index}`, view, chart, index))}</div>`;
}

function renderView(
  id: string,
  { name, series }: PlotView,
  { x, y, title, description }: Omit<LineChart, "series">,
  index: number,
): Markup {
  const shown = series.map((one) => ({
    ...one,
    points: one.points.filter(
      (point) => (x.scale !== "log" || point.x > 0) && (y.scale !== "log" || point.y > 0),
    ),
  }));
  const chart = { x, y, title: `${title}, ${name}`, description, series: shown };
  return markup`<div class="view view-${index}">${renderLegend(shown)}${drawBothWidths(id, (frame) => drawLines(frame, chart))}</div>
`;
}
