/** A sizing in words, for the terminal. */
import { layOutTable } from "../../command/table.ts";
import {
  listNames,
  writeMs,
  writeNumber,
  writePercent,
  writePerSecond,
} from "../../command/wording.ts";
import { quantileOfSorted } from "../../load/statistics/sample.ts";
import type { SloFigure } from "../plan/sizing-options.ts";
import type { Told } from "../queueing/settled.ts";
import { makeSlotTimes } from "../queueing/slot-times.ts";
import { type Capacity, layOut, predictPeak } from "./capacity.ts";
import { mostBusy, type Sharing } from "./predict.ts";
import type { Row, Sizing } from "./size.ts";

export function writeSizing(sizing: Sizing): string {
  const sections = [
    writeAnswer(sizing),
    writeRows(sizing),
    list("What it is computed from", [...describeSource(sizing), ...describeBend(sizing)]),
    writeChecks(sizing),
    list("What it assumes", listAssumptions(sizing)),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function list(title: string, sentences: readonly string[]): string {
  return [`${title}:`, ...sentences.map((sentence) => `- ${sentence}`)].join("\n");
}

function writeAnswer({ asked, measured, mode, answer }: Sizing): string {
  const { hosts, cores, busy, times } = answer;
  const { figure, limitMs } = asked.slo;
  const more = asked.headroom === 0 ? "" : ` and ${writePercent(asked.headroom)} more`;
  const size = hosts === 1 ? `1 host of ${count(cores)}` : `${hosts} hosts of ${count(cores)} each`;
  const predicted = times === null ? "" : `, ${figure} ${writeMs(times[figure].ms)}`;
  return `${writePerSecond(asked.perSecond)}${more} of ${measured.task} with ${figure} within ${writeMs(limitMs)}: ${size} (${hosts * cores} in all) with --mode ${mode}. Predicted: ${writePercent(busy)} busy${predicted}.`;
}

function count(cores: number): string {
  return cores === 1 ? "1 core" : `${cores} cores`;
}

const sharings: Readonly<Record<Sharing, string>> = {
  "least-connections": "least connections",
  random: "random balancer",
  "shared-queue": "one shared queue",
};

function writeRows({ asked, rows, capacity }: Sizing): string {
  const { figure } = asked.slo;
  const figures = [...new Set<SloFigure>(["p50", figure])];
  const nameOf = ({ what, sharing, hosts }: Row) => {
    if (what === "at its slowest") {
      return `the answer, at the pace of the slowest of ${capacity.rounds} rounds`;
    }
    return hosts === 1 && what !== "one host less" ? what : `${what}: ${sharings[sharing]}`;
  };
  const lines = rows.map((row) => [
    nameOf(row),
    `${row.hosts} x ${row.cores}`,
    writePercent(row.busy),
    ...figures.map((one) => (row.times === null ? describeFull(row) : writeTold(row.times[one]))),
    row.meets ? "yes" : "no",
  ]);
  const head = ["predicted", "hosts x cores", "busy", ...figures, "enough"];
  return layOutTable(head, lines);
}

function describeFull({ busy }: Row): string {
  return busy >= 1 ? "grows for ever" : `past ${writePercent(mostBusy)}`;
}

function writeTold({ ms, marginMs }: Told): string {
  return `${writeMs(ms)} ±${Number(marginMs.toPrecision(2))}`;
}

function describeSource({ measured, capacity, mode, answer }: Sizing): string[] {
  const { command, startedAt, cpu, cores } = measured;
  const { peak, runTimes, rounds } = capacity;
  const slotMs = (1_000 * capacity.cores) / peak;
  return [
    `Measured by \`${command}\` on ${startedAt.slice(0, 10)}: ${cpu}, ${count(cores)}. ${mode} did ${writePerSecond(peak)} on ${count(capacity.cores)} (median of ${rounds} ${rounds === 1 ? "round" : "rounds"}): a run has its slot for ${writeMs(slotMs)}.`,
    runTimes === null
      ? "The result does not tell how long single runs take: it is of an older bench. All runs are taken to be equally long, so that times are predicted too short. Measure again."
      : `${runTimes.count} runs were timed by the server: ${describeSpread(runTimes.values)}, mean ${writeMs(runTimes.mean)}. The rest of the slot's time, ${writeMs(Math.max(0, slotMs - runTimes.mean))}, is added to each of them (HTTP, the way to a thread).`,
    ...describeHostPeak(capacity, answer.cores),
  ];
}

function describeHostPeak(capacity: Capacity, cores: number): string[] {
  if (cores === capacity.cores) return [];
  return [
    `A host of ${count(cores)} is taken to do ${writePerSecond(predictPeak(capacity, cores))} at full load.`,
  ];
}

function describeSpread(values: readonly number[]): string {
  const at = (share: number) => writeMs(quantileOfSorted(values, share));
  return `p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}`;
}

function describeBend({ capacity, mostCores }: Sizing): string[] {
  const { bend, cores } = capacity;
  if (bend === null) {
    return cores === 1
      ? []
      : [
          "What does not scale within a host is not known: single was not measured beside it. Fewer cores are taken to do less in proportion.",
        ];
  }
  const { serial, crosstalk, sizes } = bend;
  const largest = sizes.at(-1) ?? cores;
  const further =
    mostCores > largest
      ? ` Nothing was measured past ${count(largest)}: for more this is a guess. Measure on such a host.`
      : "";
  if (sizes.length > 2) {
    const more =
      crosstalk === 0 ? "" : `, and ${writePercent(crosstalk)} is the cost of coordination`;
    return [
      `What does not scale within a host: ${writePercent(serial)}${more} (the USL, fitted to ${listNames(sizes.map(String))} workers).${further}`,
    ];
  }
  return [
    `What does not scale within a host: at most ${writePercent(serial)} (Amdahl's law through 1 and ${count(cores)}). With one core in use, the kernel and the load generator had the others to themselves, so part of it is theirs.${further}`,
  ];
}

function writeChecks({ checks, asked }: Sizing): string {
  if (checks.length === 0) {
    return "Not checked: the result has no valid times below the peak. `--only latency` measures them.";
  }
  const rows = checks.map(({ share, offered, predictedMs, measuredMs }) => [
    writePercent(share),
    writePerSecond(offered),
    writeMs(predictedMs),
    writeMs(measuredMs),
    `${(measuredMs / predictedMs).toFixed(2)}x`,
  ]);
  const { figure } = asked.slo;
  const head = ["the same model, one host", "load", `${figure} predicted`, "measured", "ratio"];
  return `${layOutTable(head, rows)}${judgeChecks(checks.map(({ predictedMs, measuredMs }) => measuredMs / predictedMs))}`;
}

/** Past this the prediction is of little use. */
const mostOff = 1.5;

function judgeChecks(ratios: readonly number[]): string {
  const worst = Math.max(...ratios);
  if (worst <= mostOff) return "";
  return `\nThe bench has measured up to ${writeNumber(worst)} times what the model says. Either the machine had other work, or more than queueing costs time: measure again on a quiet machine, and plan for this factor if it stays.`;
}

function listAssumptions({ mode, capacity, answer, rows }: Sizing): string[] {
  const { hosts, cores } = answer;
  const workers = layOut(capacity, cores)?.workers ?? 1;
  const samples = makeSlotTimes(capacity.runTimes, 1).kind === "samples";
  return [
    "Runs come at random times, each independent of the others (Poisson). Bursts need headroom.",
    `All runs are like those that were measured: same task, same input${samples ? ", times drawn from the measured ones" : ""}. The length of one run does not depend on another one.`,
    workers === 1
      ? "One queue in each host, first come, first served."
      : `In each host, runs reach the ${workers} workers at random and stay there. ${mode} hands waiting runs over to free workers, so it does better.`,
    ...(hosts === 1
      ? []
      : [
          "All hosts are alike, and nothing is shared between them. The balancer knows how many requests each host has (least connections), and costs no time.",
        ]),
    ...(rows.some(({ sharing }) => sharing === "shared-queue")
      ? ["One shared queue costs no time here. A real one does."]
      : []),
    `No host is down. Nothing is sized above ${writePercent(mostBusy)}: there, a little more load changes everything. ± is the simulation's own margin (95 %).`,
  ];
}
