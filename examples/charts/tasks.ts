/** A line chart as SVG: JSON in, a picture out. */
import { bytes, defineTask, z } from "../../src/index.ts"; // in your project: from "manycore"

const [width, height, margin] = [640, 320, 40];

const series = z.strictObject({
  name: z.string().max(60),
  values: z.array(z.number()).min(2).max(100_000),
});

export const chart = defineTask({
  name: "chart",
  description: "Draws a line chart.",
  input: z.strictObject({ title: z.string().max(100), series: z.array(series).min(1).max(6) }),
  example: { title: "Runs a second", series: [{ name: "cluster", values: [90, 140, 170, 178] }] },
  run({ title, series: all }) {
    const values = all.flatMap((one) => one.values);
    const [low, high] = [Math.min(0, least(values)), most(values)];
    const lines = all.map((one, index) => line(one, index, low, high));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
<text x="${margin}" y="20" font-size="16">${escaped(title)}</text>
<path d="M${margin} ${margin}V${height - margin}H${width - margin}" fill="none" stroke="#888"/>
<text x="4" y="${margin + 4}">${high}</text><text x="4" y="${height - margin}">${low}</text>
${lines.join("\n")}
</svg>
`;
    return bytes(Buffer.from(svg), "image/svg+xml");
  },
});

const colors = ["#0b6bcb", "#c8501e", "#2a7d46", "#8a3fb0", "#7a6a00", "#b0205f"];

function line({ name, values }: z.infer<typeof series>, index: number, low: number, high: number) {
  const x = (at: number) => margin + (at / (values.length - 1)) * (width - 2 * margin);
  const range = high - low || 1;
  const y = (value: number) => height - margin - ((value - low) / range) * (height - 2 * margin);
  const points = values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
  const label = `<text x="${width - margin + 4}" y="${margin + 16 * index}" fill="${colors[index]}">${escaped(name)}</text>`;
  return `<polyline points="${points.join(" ")}" fill="none" stroke="${colors[index]}" stroke-width="2"/>${label}`;
}

/** `Math.min(...values)` has a limit of arguments. */
const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
