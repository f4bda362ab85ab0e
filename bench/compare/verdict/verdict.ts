/** The result in sentences that a reader can act on. Pure. */

import { counted } from "../../../src/config/config.ts";
import { listNames, writeMs, writeRatio } from "../../command/wording.ts";
import { findNoiseFloor } from "../../load/statistics/rounds.ts";
import type { BenchResult } from "../result/bench-result.ts";
import { describeCrossoverTasks } from "../result/measured-with.ts";
import { tellBest, tellLight, tellTails, tellTutorial } from "./modes.ts";
import { findSoundModes } from "./order.ts";
import { findRestlessness } from "./restless.ts";
import { writeShare } from "./wording.ts";

export type UnjudgedBench = Omit<BenchResult, "verdict">;

/** Whole sentences; the first is the answer in short. */
export function tellBenchVerdict(result: UnjudgedBench): readonly string[] {
  const restless = findRestlessness(result);
  // What is not above noise stays in the figures, and out of the sentences.
  const findings =
    restless === null
      ? [
          tellGains(result),
          ...tellBest(result),
          ...tellLight(result),
          ...tellTutorial(result),
          ...tellTails(result),
          ...tellCrossover(result),
          ...tellNoise(result),
          ...tellCores(result),
          ...tellScaling(result),
        ]
      : [
          `${describeWork(result)}: the machine was too restless to say what any mode gains.`,
          `The machine was busy with other work: ${restless}. Do not use the throughput and latency of this run; its CPU times are sound. Run it again on a quiet machine, or with more --rounds.`,
        ];
  return [
    ...findings,
    ...tellInvalid(result),
    ...(result.stopped === null
      ? []
      : [
          `This run ended early (${result.stopped.reason}). It shows what was measured until then.`,
        ]),
  ].filter((sentence) => sentence !== "");
}

function describeWork({ work, variants }: UnjudgedBench): string {
  const cores = variants.find(({ name }) => name === "bare")?.workers ?? 1;
  return `Runs of ${work.task} (${writeMs(work.bareRunMs)} each) on ${counted(cores, "core")}`;
}

/** In the order of the modes. Another sentence ranks them. */
function tellGains(result: UnjudgedBench): string {
  const modes = findSoundModes(result);
  if (modes.length === 0) {
    const measured = result.variants.some(({ kind, peak }) => kind === "mode" && peak !== null);
    return `${describeWork(result)}: no mode was measured${measured ? " with a valid result" : ""}.`;
  }
  const single = modes.some(({ name }) => name === "single");
  const gains = modes.flatMap(({ speedUp, name }) =>
    single && speedUp !== null && name !== "single" ? [`${name} ${writeRatio(speedUp)}`] : [],
  );
  if (gains.length > 0)
    return `${describeWork(result)}, compared with one process: ${gains.join(", ")}.`;
  const rates = modes.map(({ name, peak }) => `${name} ${peak?.median.toFixed(1)} runs/s`);
  return `${describeWork(result)}: ${rates.join(", ")}.`;
}

function tellCrossover(result: UnjudgedBench): string[] {
  const { crossover } = result;
  if (crossover === null || crossover.sentence === "") return [];
  const note = describeCrossoverTasks(result);
  return [note === null ? crossover.sentence : `${note}: ${crossover.sentence}`];
}

function tellNoise({ control }: UnjudgedBench): string[] {
  if (control === null) return [];
  const { variant, ratio } = control;
  const { interval } = ratio;
  const own = `${variant} was measured twice, as if it were two. It differs from itself by ${writeRatio(ratio)}`;
  if (interval === null) return [`${own}. There are too few rounds for an interval.`];
  const holds = interval.low <= 1 && interval.high >= 1;
  return holds
    ? [`${own}: differences under ${writeShare(findNoiseFloor(ratio))} mean nothing here.`]
    : [`${own}. The interval excludes 1: the machine was too restless. Run it again.`];
}

/** Cores that differ by less count as alike. */
const unlike = 1.1;

function tellCores({ coreRatio }: UnjudgedBench): string[] {
  if (coreRatio === null || coreRatio < unlike) return [];
  return [
    `The cores were not alike: at the same time the fastest did ${coreRatio.toFixed(2)} times the runs of the slowest. The speed-up over one process depends on the core which that process had. The shares of the bare computation do not.`,
  ];
}

function tellScaling({ scalability: { usl, points } }: UnjudgedBench): string[] {
  if (points.length === 0) return [];
  if (!usl.fitted) return [`No law of scalability was fitted: ${usl.reason}.`];
  const peak =
    usl.peakAt === null ? "" : `; throughput is highest at ${usl.peakAt.toFixed(0)} workers`;
  return [
    `By the Universal Scalability Law ${writeShare(usl.serial)} of the work is serial and the cost of crosstalk is ${usl.crosstalk.toPrecision(2)}${peak}.`,
  ];
}

function tellInvalid({ variants }: UnjudgedBench): string[] {
  const names = variants.flatMap(({ name, validity, latency }) => [
    ...(validity.valid ? [] : [name]),
    ...latency.flatMap((point) =>
      point.validity.valid ? [] : [`${name} at ${Math.round(100 * point.share)} % of its peak`],
    ),
  ]);
  if (names.length === 0) return [];
  return [`INVALID, do not use: ${listNames(names)}. Each has its reasons.`];
}
