/**
 * `npm run model`: simulates what docs/scaling.md says of the queueing model, and writes it there: the
 * table, and the chart docs/scaling.svg. The same seeds give the same files.
 */
import { writeFileSync } from "node:fs";
import { replaceSection } from "../readme/markers.ts";
import { type Curve, drawChart } from "./chart.ts";
import { lengths, predictP99, ways } from "./model.ts";

const drawn = [0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9];
const tabled = [0.5, 0.7, 0.8, 0.85, 0.9];
const root = new URL("../../../", import.meta.url);

const curves = ways.map(
  (way): Curve => ({
    name: way.name,
    points: drawn.map((busy) => ({ busy, p99: predictP99(way, busy, lengths.unlike) })),
  }),
);

function writeTable(): string {
  const head = ["busy", ...ways.map(({ name }) => name)];
  const rows = tabled.map((busy) => [
    `${Math.round(100 * busy)} %`,
    ...ways.map((way) => {
      const [unlike, equal] = [lengths.unlike, lengths.equal].map((service) =>
        predictP99(way, busy, service).toPrecision(2),
      );
      return `${unlike}, ${equal}`;
    }),
  ]);
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const described = curves
  .map(({ name, points }) => {
    const at = (busy: number) => points.find((point) => point.busy === busy)?.p99.toPrecision(2);
    return `${name}: ${at(0.5)} at 50 %, ${at(0.8)} at 80 %, ${at(0.9)} at 90 %.`;
  })
  .join(" ");
writeFileSync(new URL("docs/scaling.svg", root), drawChart(curves, described));
replaceSection(new URL("docs/scaling.md", root), "model", writeTable());
process.stdout.write("docs/scaling.md and docs/scaling.svg have what the model predicts.\n");
