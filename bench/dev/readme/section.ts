import { writeFixed, writeRatio } from "../../command/wording.ts";
import type { BenchResult, VariantResult } from "../../compare/result/bench-result.ts";
import type { Distribution } from "../../load/result.ts";
import { findConfidence, type RatioEstimate } from "../../load/statistics/bootstrap.ts";
import { writeTold } from "../../load/statistics/percentiles.ts";

/** The README's results, in Markdown: one row a mode, and what to conclude. */
export function writeResultsSummary({ verdict, variants, ...result }: BenchResult): string {
  const { environment, command, startedAt, work } = result;
  const { cpu, cores, node } = environment;
  return [
    `Every mode computes \`${work.task}\` at full load, ${Math.round(work.bareRunMs)} ms a run, on ${cores} cores. Meanwhile a client asks for \`GET /\`.`,
    listModes({ variants }),
    writeBullets(verdict.length > 1 ? verdict.slice(1, 3) : verdict),
    `Measured on ${startedAt.slice(0, 10)} by \`${command}\` on ${cpu}, Node ${node}. In brackets: 95 % intervals. All results, and how to read them: [docs/bench.md](docs/bench.md#results).`,
  ].join("\n\n");
}

/** A table in Markdown: one row a mode. */
export function listModes({ variants }: Pick<BenchResult, "variants">): string {
  return writeTable(
    variants.filter(({ kind }) => kind === "mode"),
    summaryColumns,
  );
}

/** The results in full, in Markdown, for docs/bench.md. */
export function writeResults(result: BenchResult): string {
  const { verdict, plan, environment, command, startedAt } = result;
  const { cpu, cores, platform, node, openssl } = environment;
  const sure = findConfidence(plan.rounds);
  const intervals =
    sure === null ? "No intervals: too few rounds" : `Intervals are of ${Math.round(100 * sure)} %`;
  const shown = result.variants.filter(({ kind }) => kind === "reference" || kind === "mode");
  const cells = `${plan.rounds} rounds of ${plan.cellMs} ms cells, ${plan.connections} connections`;
  return [
    writeBullets(verdict),
    writeTable(shown, allColumns),
    `Measured on ${startedAt.slice(0, 10)} by \`${command}\` (${cells}) on ${cpu}, ${cores} cores, ${platform}, Node ${node}, OpenSSL ${openssl}. ${intervals}; "x bare" is against the task alone in one process a core, without HTTP, just before and after each cell; \`tutorial\` is the plain node:cluster server with the hash in its handler. ${describeIdling(plan.rewarmMs)}`,
  ].join("\n\n");
}

/** @param rewarmMs undefined in results of an older bench */
function describeIdling(rewarmMs: number | null | undefined): string {
  return rewarmMs == null
    ? "Each server idled while the others were measured; what V8 then compiled anew is part of these figures."
    : "Each server was warmed up again before each cell.";
}

type Column = readonly [head: string, cell: (variant: VariantResult) => string];

const name: Column = [
  "variant",
  ({ name, validity }) => `${name}${validity.valid ? "" : " (INVALID)"}`,
];
const runs: Column = ["runs/s", ({ peak }) => writeFixed(peak?.median, 1)];
const speedUp: Column = ["x single", (variant) => writeRatioOrNothing(variant.speedUp)];
const lightTimes: Column = [
  "`GET /` beside it, p50, p99 ms",
  ({ light }) =>
    light === null ? "" : `${writeLightMs(light, "p50")}, ${writeLightMs(light, "p99")}`,
];
const memory: Column = [
  "memory MB",
  (variant) => (variant.memory === null ? "" : (variant.memory.bytes / 1024 ** 2).toFixed(0)),
];
const summaryColumns = [name, runs, speedUp, lightTimes, memory];
const allColumns: readonly Column[] = [
  ...[name, runs, speedUp],
  ["x bare", (variant) => writeRatioOrNothing(variant.efficiency)],
  ["CPU a run, x bare", (variant) => writeRatioOrNothing(variant.cpuOverBare)],
  ...[lightTimes, memory],
];

function writeTable(variants: readonly VariantResult[], columns: readonly Column[]): string {
  const rows = [
    columns.map(([head]) => head),
    columns.map(() => "---"),
    ...variants.map((variant) => columns.map(([, cell]) => cell(variant))),
  ];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function writeBullets(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}

function writeRatioOrNothing(estimate: RatioEstimate | null): string {
  return estimate === null ? "" : writeRatio(estimate, "");
}

/** A dash where the requests were too few for it. */
function writeLightMs(times: Distribution, percentile: "p50" | "p99"): string {
  return writeTold(times, percentile, (ms) => ms.toFixed(1)) ?? "–";
}
