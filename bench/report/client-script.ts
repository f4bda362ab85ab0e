/**
 * What runs in the page: draws each `.plot` by uPlot from the JSON inside it (see plot.ts), again
 * when its size, its view or the colour scheme changes and for paper, and offers the data as a file.
 * Kept as text, since it is for browsers only; test/browser/report.test.ts runs it in one.
 */
import { colours } from "./svg/palette.ts";

export const clientScript = String.raw`(() => {
"use strict";
const colours = ${JSON.stringify(colours)};
const dark = matchMedia("(prefers-color-scheme: dark)");
const font = "12px system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif";
let printing = false;

const colour = (name) => colours[name][dark.matches && !printing ? "dark" : "light"];

const digits = (value) => {
  const size = Math.abs(value);
  const places = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return Number(value.toFixed(places)).toLocaleString("en-GB", { maximumFractionDigits: 3 });
};
const formats = {
  ms: (value) => (value >= 1000 ? digits(value / 1000) + " s" : digits(value) + " ms"),
  rate: (value) => digits(value) + "/s",
  share: (value) => digits(Math.round(value * 1000) / 10) + " %",
};

/** 1, 2 and 5 of each decade; on a short range every round number. */
const logTicks = (low, high) => {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    for (const lead of [1, 2, 5]) {
      const tick = Number((lead * 10 ** power).toPrecision(1));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks;
};

const shapes = {
  circle: (path, x, y, r) => path.arc(x, y, r, 0, 7),
  square: (path, x, y, r) => path.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8),
  triangle: (path, x, y, r) => {
    path.moveTo(x, y - r * 1.2); path.lineTo(x + r * 1.1, y + r * 0.8); path.lineTo(x - r * 1.1, y + r * 0.8); path.closePath();
  },
  diamond: (path, x, y, r) => {
    path.moveTo(x, y - r * 1.25); path.lineTo(x + r * 1.25, y); path.lineTo(x, y + r * 1.25); path.lineTo(x - r * 1.25, y); path.closePath();
  },
};

const seriesColour = ({ style }) => colour("s" + style.hue);

/** Marks are drawn by hand, so that each series has its shape, and invalid points are hollow. */
const drawMarks = (u, shown) => {
  const ratio = devicePixelRatio;
  const c = u.ctx;
  const labels = [];
  c.save();
  c.setLineDash([]);
  shown.forEach((series, index) => {
    if (series.model || !u.series[index + 1].show) return;
    for (const point of series.points) {
      const x = u.valToPos(point.x, "x", true);
      const y = u.valToPos(point.y, "y", true);
      c.beginPath();
      shapes[series.style.marker](c, x, y, 3.6 * ratio);
      c.fillStyle = point.invalid ? colour("paper") : seriesColour(series);
      c.strokeStyle = seriesColour(series);
      c.lineWidth = 1.5 * ratio;
      c.fill();
      c.stroke();
      if (!point.label) continue;
      c.beginPath();
      c.arc(x, y, 8 * ratio, 0, 7);
      c.stroke();
      c.fillStyle = seriesColour(series);
      c.font = 600 + " " + 12 * ratio + "px " + font.slice(5);
      c.textAlign = "right";
      c.textBaseline = "bottom";
      if (labels.some((at) => Math.abs(at.x - x) < 40 * ratio && Math.abs(at.y - y) < 16 * ratio)) continue;
      labels.push({ x, y });
      c.fillText(point.label, x - 6 * ratio, y - 7 * ratio);
    }
  });
  c.restore();
};

/** uPlot wants one list of x for all series. */
const align = (shown) => {
  const xs = [...new Set(shown.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  return [xs, ...shown.map(({ points }) => {
    const at = new Map(points.map(({ x, y }) => [x, y]));
    return xs.map((x) => at.get(x) ?? null);
  })];
};

/** Each series answers with its own nearest point, since they need not share any x. */
const nearest = (u, index, hovered, x) => {
  if (index === 0) return hovered;
  const xs = u.data[0];
  let best = null;
  u.data[index].forEach((y, place) => {
    if (y !== null && (best === null || Math.abs(xs[place] - x) < Math.abs(xs[best] - x))) best = place;
  });
  return best;
};

const axis = ({ label, scale, format }, size) => ({
  label, size, labelSize: 22, labelGap: 2, font, labelFont: font, gap: 5,
  stroke: colour("soft"),
  grid: { stroke: colour("grid"), width: 1 },
  ticks: { stroke: colour("grid"), width: 1, size: 4 },
  values: (_, splits) => splits.map((value) => (value === null ? "" : formats[format](value))),
  ...(scale === "log" ? { splits: (_, __, low, high) => logTicks(low, high), filter: (_, splits) => splits } : {}),
});

const scaleOf = ({ scale }) => scale === "log"
  ? { distr: 3, range: (_, low, high) => (low > 0 ? [low / 1.35, high * 1.6] : [1, 10]) }
  : { range: (_, low, high) => [Math.min(0, low ?? 0), (high ?? 0) * 1.06 || 1] };

const draw = (element, plot, view) => {
  const canvas = element.querySelector(".canvas");
  element.plotted?.destroy();
  const width = Math.floor(canvas.clientWidth);
  const shown = plot.views[view].series.map((series) => ({
    ...series,
    points: series.points.filter(({ x, y }) =>
      (plot.x.scale !== "log" || x > 0) && (plot.y.scale !== "log" || y > 0)),
  }));
  element.plotted = new uPlot({
    width, height: width < 500 ? 320 : 400,
    cursor: { dataIdx: nearest, drag: { x: false, y: false }, points: { size: 11 } },
    scales: { x: { time: false, ...scaleOf(plot.x) }, y: scaleOf(plot.y) },
    axes: [axis(plot.x, 26), axis(plot.y, 60)],
    series: [
      { label: plot.x.label, value: (_, value) => (value === null ? "" : formats[plot.x.format](value)) },
      ...shown.map((series) => ({
        label: series.name,
        stroke: seriesColour(series), width: series.model ? 1 : 2, dash: series.model ? [2, 4] : series.style.dash,
        spanGaps: true, points: { show: false },
        value: (_, value) => (value === null ? "" : formats[plot.y.format](value)),
      })),
    ],
    hooks: { draw: [(u) => drawMarks(u, shown)] },
  }, align(shown), canvas);
  canvas.querySelectorAll(".u-marker").forEach((marker, index) => {
    // The first is that of x.
    if (index === 0) marker.remove();
    else marker.outerHTML = shown[index - 1].swatch;
  });
  for (const cell of canvas.querySelectorAll(".u-series:not(:first-child) th")) {
    cell.tabIndex = 0;
    cell.setAttribute("role", "button");
    cell.title = "Show or hide";
    cell.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      cell.click();
    });
  }
};

const redraws = [...document.querySelectorAll(".plot")].map((element) => {
  const plot = JSON.parse(element.querySelector("script").textContent);
  const canvas = element.querySelector(".canvas");
  let view = plot.opened;
  let width = 0;
  const redraw = () => { width = canvas.clientWidth; draw(element, plot, view); };
  element.addEventListener("change", (event) => { view = Number(event.target.value); redraw(); });
  new ResizeObserver(() => { if (canvas.clientWidth !== width) redraw(); }).observe(canvas);
  redraw();
  return redraw;
});
const redrawAll = () => { for (const redraw of redraws) redraw(); };
dark.addEventListener("change", redrawAll);
addEventListener("beforeprint", () => { printing = true; redrawAll(); });
addEventListener("afterprint", () => { printing = false; redrawAll(); });

const link = document.getElementById("download");
const data = JSON.parse(document.getElementById("result").textContent);
link.href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2) + "\n"], { type: "application/json" }));
})();`;
