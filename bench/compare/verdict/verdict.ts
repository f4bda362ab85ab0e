/** The result in sentences that a reader can act on. Pure. */

import { capitalize, listNames, writeMs, writeRatio } from "../../command/wording.ts";
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
          ...cores(result),
          ...tellScaling(result),
        ]
      : [
          `${describeWork(result)}: the machine was too restless to say what any mode gains.`,
          `This machine was busy with other work: ${restless}. Believe no throughput and no latency of this run, only the CPU times; run it again on a quiet machine, or with more --rounds.`,
        ];
  return [
    ...findings,
    ...tellInvalid(result),
    ...(result.stopped === null
      ? []
      : [`This run ended early (${result.stopped.reason}): what is here was measured until then.`]),
  ].filter((sentence) => sentence !== "");
}

function describeWork({ work, variants }: UnjudgedBench): string {
  const tellCores = variants.find(({ name }) => name === "bare")?.workers ?? 1;
  return `For runs of ${work.task} of ${writeMs(work.bareRunMs)} on ${tellCores} core${tellCores === 1 ? "" : "s"}`;
}

/** In the order of the modes. Another sentence ranks them. */
function tellGains(result: UnjudgedBench): string {
  const modes = findSoundModes(result);
  if (modes.length === 0) {
    const measured = result.variants.some(({ kind, peak }) => kind === "mode" && peak !== null);
    return `${describeWork(result)}: no mode was measured${measured ? " that may be believed" : ""}.`;
  }
  const single = modes.some(({ name }) => name === "single");
  const gains = modes.flatMap(({ speedUp, name }) =>
    single && speedUp !== null && name !== "single" ? [`${name} ${writeRatio(speedUp)}`] : [],
  );
  if (gains.length > 0)
    return `${describeWork(result)}, against one process alone: ${gains.join(", ")}.`;
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
  const own = `${variant} entered twice differs from itself by ${writeRatio(ratio)}`;
  if (interval === null) return [`${capitalize(own)}; too few rounds to say how sure that is.`];
  const holds = interval.low <= 1 && interval.high >= 1;
  return holds
    ? [
        `${capitalize(own)}: differences under ${writeShare(findNoiseFloor(ratio))} mean nothing here.`,
      ]
    : [
        `${capitalize(own)}, whose interval leaves out 1: this machine was too restless, run it again.`,
      ];
}

/** Cores that differ by less count as alike. */
const unlike = 1.1;

function cores({ coreRatio }: UnjudgedBench): string[] {
  if (coreRatio === null || coreRatio < unlike) return [];
  return [
    `The cores were not alike: at the same time the fastest did ${coreRatio.toFixed(2)} times the runs of the slowest, so that the speed-up over one process depends on which core that one had; the shares of the bare computation do not.`,
  ];
}

function tellScaling({ scalability: { usl, points } }: UnjudgedBench): string[] {
  if (points.length === 0) return [];
  if (!usl.fitted) return [`No law of scalability was fitted: ${usl.reason}.`];
  const peak = usl.peakAt === null ? "" : `; the most is reached with ${usl.peakAt.toFixed(0)}`;
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
  return [`INVALID, do not rely on: ${listNames(names)}. The reasons are given with each.`];
}
