/** The result in words that a reader can act on: pure. */
import type { BenchResult, VariantResult } from "../results/bench-result.ts";
import type { RatioEstimate } from "../statistics/bootstrap.ts";
import { noiseFloor } from "../statistics/rounds.ts";

export type Unjudged = Omit<BenchResult, "verdict">;

/** `GET /` is slow where it takes this many times as long as elsewhere, and at least so long. */
const lightFactor = 3;
const lightSlowMs = 10;

/** Whole sentences; the first is the answer in short. */
export function verdictOf(result: Unjudged): readonly string[] {
  const modes = result.variants.filter(({ kind, peak }) => kind === "mode" && peak !== null);
  // What cannot be told from noise is in the figures, and not in words.
  const findings = isRestless(result)
    ? restless(result)
    : [
        ...best(result, modes),
        ...light(modes),
        ...tutorial(result),
        ...tails(modes),
        ...(result.crossover === null ? [] : [result.crossover.sentence]),
        ...noise(result),
        ...cores(result),
        ...scaling(result),
      ];
  return [
    headline(result, modes),
    ...findings,
    ...invalid(result),
    ...(result.stopped === null
      ? []
      : [`This run ended early (${result.stopped.reason}): what is here was measured until then.`]),
  ].filter((sentence) => sentence !== "");
}

function headline({ work, variants }: Unjudged, modes: readonly VariantResult[]): string {
  const cores = variants.find(({ name }) => name === "bare")?.workers ?? 1;
  const runs = `For runs of ${work.task} of ${ms(work.bareRunMs)} on ${cores} core${cores === 1 ? "" : "s"}`;
  if (modes.length === 0) return `${runs}: no mode was measured.`;
  const gains = modes
    .filter(({ speedUp, name }) => speedUp !== null && name !== "single")
    .sort((a, b) => (b.speedUp?.ratio ?? 0) - (a.speedUp?.ratio ?? 0))
    .map(({ name, speedUp }) => `${name} ${speedUp === null ? "" : times(speedUp)}`);
  if (gains.length > 0) return `${runs}, against one process alone: ${gains.join(", ")}.`;
  const rates = modes.map(({ name, peak }) => `${name} ${peak?.median.toFixed(1)} runs/s`);
  return `${runs}: ${rates.join(", ")}.`;
}

/** A variant that differs from itself by so much says nothing of how others differ. */
const restlessFloor = 0.25;

function isRestless({ control }: Unjudged): boolean {
  return control !== null && noiseFloor(control.ratio) > restlessFloor;
}

function restless(result: Unjudged): string[] {
  if (result.control === null) return [];
  const { variant, ratio } = result.control;
  return [
    `This machine was busy with other work: ${variant} entered twice differs from itself by ${times(ratio)}. Believe no throughput and no latency of this run, only the CPU times; run it again on a quiet machine, or with more --rounds.`,
  ];
}

/** The fastest mode, with those that cannot be told from it, and what is lost to the server. */
function best(result: Unjudged, modes: readonly VariantResult[]): string[] {
  const ranked = [...modes].sort((a, b) => rate(b) - rate(a));
  const [first] = ranked;
  if (first === undefined) return [];
  const floor = result.control === null ? 0 : noiseFloor(result.control.ratio);
  const level = ranked.filter((mode) => rate(mode) >= rate(first) * (1 - Math.max(0.02, floor)));
  const share = first.efficiency?.ratio;
  const reach =
    share === undefined ? "" : `; ${first.name} reaches ${percent(share)} of the bare computation`;
  const cost = first.cpuOverBare?.ratio;
  const cpu = cost === undefined ? "" : ` and takes ${cost.toFixed(2)} times its CPU time a run`;
  if (modes.length === 1) return reach === "" ? [] : [`${reach.slice(2)}${cpu}.`].map(capital);
  const who =
    level.length === 1
      ? `The highest throughput is that of ${first.name}`
      : `The highest throughput is shared by ${list(level.map(({ name }) => name))}, which this run cannot tell apart`;
  return [`${who}${reach}${cpu}.`];
}

function light(modes: readonly VariantResult[]): string[] {
  const measured = modes.flatMap((mode) => (mode.light ? [{ ...mode, light: mode.light }] : []));
  const ranked = measured.toSorted((a, b) => a.light.p99 - b.light.p99);
  const [quick, slow] = [ranked[0], ranked.at(-1)];
  if (quick === undefined || slow === undefined || quick === slow) return [];
  const p99 = ({ light: { p99 } }: typeof quick) => `p99 ${ms(p99)}`;
  if (slow.light.p99 < lightFactor * quick.light.p99 || slow.light.p99 < lightSlowMs) {
    return [
      `Light routes stay alike in every mode under full load: GET / ${p99(quick)} (${quick.name}) to ${ms(slow.light.p99)} (${slow.name}).`,
    ];
  }
  return [
    `If light routes must stay quick, use ${quick.name}: GET / ${p99(quick)} beside the full load, against ${ms(slow.light.p99)} with ${slow.name}.`,
  ];
}

function tutorial({ variants }: Unjudged): string[] {
  const plain = variants.find(({ name, peak }) => name === "tutorial" && peak !== null);
  const ours = variants.find(({ name, peak }) => name === "cluster" && peak !== null);
  if (!plain?.light || !ours?.light || rate(plain) <= 0) return [];
  const ratio = rate(ours) / rate(plain);
  return [
    `Against the plain cluster of the tutorials, mode cluster does ${ratio.toFixed(2)} times the runs, and GET / has p50 ${ms(ours.light.p50)} against ${ms(plain.light.p50)}, p99 ${ms(ours.light.p99)} against ${ms(plain.light.p99)}.`,
  ];
}

/** The load nearest to 80 % that all modes with latencies have. */
function tails(modes: readonly VariantResult[]): string[] {
  const at = modes.flatMap(({ name, latency }) => {
    const point = latency.find(({ share }) => share === 0.8);
    return point && point.latency.count > 0 ? [{ name, p99: point.latency.p99 }] : [];
  });
  if (at.length < 2) return [];
  const ranked = at.toSorted((a, b) => a.p99 - b.p99);
  const texts = ranked.map(({ name, p99 }) => `${name} ${ms(p99)}`);
  return [
    `At 80 % of each mode's own peak the slowest hundredth of runs took ${list(texts)} or more.`,
  ];
}

function noise({ control }: Unjudged): string[] {
  if (control === null) return [];
  const { variant, ratio } = control;
  const { interval } = ratio;
  const own = `${variant} entered twice differs from itself by ${times(ratio)}`;
  if (interval === null) return [`${capital(own)}; too few rounds to say how sure that is.`];
  const holds = interval.low <= 1 && interval.high >= 1;
  return holds
    ? [`${capital(own)}: differences under ${percent(noiseFloor(ratio))} mean nothing here.`]
    : [
        `${capital(own)}, whose interval leaves out 1: this machine was too restless, run it again.`,
      ];
}

/** Cores that differ by less are alike. */
const unlike = 1.1;

function cores({ coreRatio }: Unjudged): string[] {
  if (coreRatio === null || coreRatio < unlike) return [];
  return [
    `The cores were not alike: at the same time the fastest did ${coreRatio.toFixed(2)} times the runs of the slowest, so that the speed-up over one process depends on which core that one had; the shares of the bare computation do not.`,
  ];
}

function scaling({ scalability: { usl, points } }: Unjudged): string[] {
  if (points.length === 0) return [];
  if (!usl.fitted) return [`No law of scalability was fitted: ${usl.reason}.`];
  const peak = usl.peakAt === null ? "" : `; the most is reached with ${usl.peakAt.toFixed(0)}`;
  return [
    `By the Universal Scalability Law ${percent(usl.serial)} of the work is serial and the cost of crosstalk is ${usl.crosstalk.toPrecision(2)}${peak}.`,
  ];
}

function invalid({ variants }: Unjudged): string[] {
  const names = variants.filter(({ validity }) => !validity.valid).map(({ name }) => name);
  if (names.length === 0) return [];
  return [`INVALID, do not rely on: ${list(names)}. The reasons are given with each.`];
}

function rate({ peak }: VariantResult): number {
  return peak?.median ?? 0;
}

function times({ ratio, interval }: RatioEstimate): string {
  const range = interval && ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`;
  return `${ratio.toFixed(2)}x${range ?? ""}`;
}

function ms(value: number): string {
  return `${Number(value.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 3 })} ms`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
