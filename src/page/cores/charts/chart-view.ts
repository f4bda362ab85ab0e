import type { SeenFigures } from "../../../telemetry/watch/seen.ts";
import { element, setText } from "../../dom.ts";
import uPlot from "../../vendor/uplot.js";
import { onSchemeChange, type Palette, readPalette, seriesColour } from "../lanes/palette.ts";
import { type Chart, columnsOf } from "./charts.ts";
import { dashOf, lineSample } from "./line-sample.ts";

const heightPx = 132;
/** Less is not worth an axis. */
const leastSpanSeconds = 60;

export interface ChartView {
  readonly node: HTMLElement;
  readonly show: (history: readonly SeenFigures[]) => void;
  readonly end: () => void;
}

/** A chart of uPlot, with a legend that names the values at the pointer, or of now. */
export function createChart(chart: Chart): ChartView {
  const values = chart.lines.map(() => element("b", {}));
  const legend = element("ul", { class: "lines" });
  for (const [index, { label }] of chart.lines.entries()) {
    legend.append(element("li", {}, lineSample(index), `${label} `, values[index] ?? ""));
  }
  const plot = element("div", { class: "plot", role: "img", "aria-label": chart.title });
  const node = element(
    "figure",
    {},
    element("figcaption", {}, element("h3", {}, chart.title), legend),
    plot,
  );
  let palette = readPalette();
  const uplot = new uPlot(
    optionsOf(chart, () => palette, showValues),
    [[]],
    plot,
  );

  function showValues(): void {
    const at = uplot.cursor.idx ?? (uplot.data[0]?.length ?? 0) - 1;
    for (const [index, value] of values.entries()) {
      const shown = uplot.data[index + 1]?.[at];
      setText(value, shown == null ? "–" : chart.format(shown));
    }
  }

  const sizes = new ResizeObserver(() => {
    uplot.setSize({ width: plot.clientWidth, height: heightPx });
  });
  sizes.observe(plot);
  const unfollow = onSchemeChange(() => {
    palette = readPalette();
    uplot.redraw();
  });
  return {
    node,
    show(history) {
      uplot.setData(columnsOf(chart.lines, history) as uPlot.AlignedData);
      showValues();
      const now = chart.lines.map(({ label }, index) => `${label} ${values[index]?.textContent}`);
      plot.setAttribute("aria-label", `${chart.title}, now: ${now.join(", ")}`);
    },
    end() {
      sizes.disconnect();
      unfollow();
      uplot.destroy();
    },
  };
}

function optionsOf(
  { lines, format, leastTop }: Chart,
  palette: () => Palette,
  onCursor: () => void,
): uPlot.Options {
  const axis = {
    stroke: () => palette().soft,
    font: "11px system-ui, sans-serif",
    ticks: { show: false },
  };
  return {
    ...{ width: 300, height: heightPx, legend: { show: false }, padding: [8, 26, 0, 0] },
    cursor: { sync: { key: "cores" }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { range: (_, from, to) => [Math.min(from, to - leastSpanSeconds), to] },
      y: { range: (_, __, to) => [0, Math.max(leastTop, to * 1.08)] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 70,
        grid: { show: false },
        values: (_, times) => times.map(timeOfDay),
      },
      {
        ...{ ...axis, size: 62, space: 32 },
        grid: { stroke: () => palette().line, width: 1 },
        values: (_, marks) => marks.map(format),
      },
    ],
    series: [
      {},
      ...lines.map((_, index) => ({
        stroke: () => seriesColour(palette(), index),
        ...{ width: 1.5, dash: [...dashOf(index)], points: { show: false } },
      })),
    ],
    hooks: { setCursor: [onCursor] },
  };
}

function timeOfDay(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB");
}
