/** The chart of the model, as an image of its own. */
import { colourOf, drawLine, drawMark, drawText } from "../../report/svg/drawing.ts";
import { drawLines, type LineSeries } from "../../report/svg/lines.ts";
import { type SeriesStyle, writeColours } from "../../report/svg/palette.ts";
import { Markup, markup } from "../../report/text/markup.ts";
import { formatNumber, formatShare } from "../../report/text/numbers.ts";

export interface Curve {
  readonly name: string;
  readonly points: readonly { readonly busy: number; readonly p99: number }[];
}

const title = "p99 by utilisation, as the queueing model predicts it";
/** Narrow, so that its words can be read on a phone, where an image is as wide as the screen. */
const width = 420;
const shownWidth = 640;
const chartHeight = 300;
const row = 19;

const styles: readonly SeriesStyle[] = [
  { hue: 4, dash: [2, 3], marker: "diamond" },
  { hue: 2, dash: [6, 3], marker: "triangle" },
  { hue: 3, dash: [], marker: "square" },
  { hue: 1, dash: [], marker: "circle" },
];

const style = `
svg { ${writeColours("light")} }
@media (prefers-color-scheme: dark) { svg { ${writeColours("dark")} } }
text { font: 13px/1 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; fill: var(--ink); }
text.soft { fill: var(--soft); font-size: 12px; }
.axis { stroke: var(--soft); stroke-width: 1; }
.grid { stroke: var(--grid); stroke-width: 1; }
`;

/** @param described what the chart shows, for readers who do not see it */
export function drawChart(curves: readonly Curve[], described: string): string {
  const series = curves.map(({ name, points }, index): LineSeries => {
    const look = styles[index % styles.length] as SeriesStyle;
    return { name, style: look, points: points.map(({ busy, p99 }) => ({ x: busy, y: p99 })) };
  });
  const top = 8 + row * series.length;
  const height = top + 8 + chartHeight;
  const frame = { id: "model", width: width - 12, narrow: true };
  const lines = drawLines(frame, {
    title,
    description: described,
    x: { label: "busy", scale: "linear", text: formatShare },
    y: { label: "p99, in mean lengths of a run", scale: "log", text: formatNumber },
    series,
  });
  const box = `0 0 ${width} ${height}`;
  const shown = Math.round((height * shownWidth) / width);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${shownWidth}" height="${shown}" viewBox="${box}" role="img">
<title>${title}</title>
<style>${new Markup(style)}</style>
<rect width="${width}" height="${height}" fill="var(--paper)"/>
${series.map(({ name, style: look }, index) => drawLegendRow(name, look, 16 + row * index))}
<svg x="6" y="${top + 4}" width="${width - 12}" height="${chartHeight}">${lines}</svg>
</svg>
`.text;
}

function drawLegendRow(name: string, look: SeriesStyle, y: number): Markup {
  const colour = colourOf(look);
  const dash = look.dash.join(" ");
  return markup`<g style="stroke: ${colour}; stroke-width: 2; stroke-dasharray: ${dash === "" ? "none" : dash}">${drawLine(6, y, 40, y, "key")}</g>${drawMark(look.marker, 23, y, { colour })}${drawText(50, y + 4.5, name)}`;
}
