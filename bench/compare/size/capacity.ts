/** What a host of some cores can do in a mode, by a result of the bench. */
import { layoutOfMode, slotsOf } from "../../../src/config/layout.ts";
import { type ModeName, modeNames } from "../../../src/config/modes.ts";
import { RunError } from "../../command/failures.ts";
import { listNames } from "../../command/wording.ts";
import { predictThroughput } from "../../load/statistics/scalability.ts";
import type { RunTimes } from "../result/run-times.ts";
import type { SizedPoint, SizedResult, SizedVariant } from "./read-result.ts";

/** How throughput bends from a straight line with the cores of a host. */
export interface Bend {
  /** Share that is serial, or waits for what all share: σ of Amdahl's law and of the USL. */
  readonly serial: number;
  /** κ of the USL. 0 if it is not known. */
  readonly crosstalk: number;
  /** Numbers of workers that it was fitted to, in ascending order. */
  readonly sizes: readonly number[];
}

export interface Capacity {
  readonly mode: ModeName;
  /** Slots that were measured: one a core. */
  readonly cores: number;
  /** Runs a second at full load, the median of the rounds. */
  readonly peak: number;
  /** The slowest round over the median. */
  readonly slowest: number;
  readonly rounds: number;
  /** Null if the result does not tell how long single runs take. */
  readonly runTimes: RunTimes | null;
  /** Null if only one size was measured. */
  readonly bend: Bend | null;
  readonly points: readonly SizedPoint[];
}

/**
 * The valid modes of a result that can be sized.
 *
 * @param modes of these; null takes all. `single` counts only if it stands alone: it uses one core
 * @throws RunError where there is none
 */
export function readCapacities(
  result: SizedResult,
  modes: readonly ModeName[] | null,
): readonly Capacity[] {
  const measured = result.variants.flatMap((variant) => {
    const mode = modeNames.find((name) => name === variant.name);
    return mode !== undefined && variant.kind === "mode" ? [{ mode, variant }] : [];
  });
  const wanted = measured.filter(({ mode }) => modes === null || modes.includes(mode));
  const found = wanted.flatMap(({ mode, variant }) => readCapacity(result, mode, variant) ?? []);
  const several = found.filter(({ cores }) => cores > 1);
  if (several.length > 0) return several;
  if (found.length > 0) return found;
  if (wanted.length === 0) {
    const names = listNames(measured.map(({ mode }) => mode)) || "none";
    throw new RunError(
      `the result has none of the modes ${listNames(modes ?? modeNames)} (it has: ${names}). Measure them: leave --from out`,
    );
  }
  const reasons = wanted.map(
    ({ mode, variant: { validity } }) =>
      `${mode}: ${validity.valid ? "its peak was not measured" : (validity.reasons[0] ?? "")}`,
  );
  throw new RunError(
    `no mode of the result is valid. Measure again, on a quiet machine. ${reasons.join("; ")}`,
  );
}

function readCapacity(
  { scalability, variants }: SizedResult,
  mode: ModeName,
  { peak, workers, slots, runTimes, latency, speedUp, validity }: SizedVariant,
): Capacity | null {
  if (!validity.valid || peak === null) return null;
  const cores = workers * slots;
  const single = variants.find(({ name }) => name === "single");
  const ratio = single?.validity.valid && cores > 1 ? speedUp?.ratio : undefined;
  return {
    ...{ mode, cores, peak: peak.median, runTimes: runTimes ?? null, points: latency },
    slowest: Math.min(1, Math.min(...peak.values) / peak.median),
    rounds: peak.values.length,
    bend: readBend(scalability.usl) ?? (ratio === undefined ? null : bendOf(ratio, cores)),
  };
}

function readBend(usl: SizedResult["scalability"]["usl"]): Bend | null {
  if (!usl.fitted) return null;
  const { serial, crosstalk, residuals } = usl;
  return { serial, crosstalk, sizes: residuals.map(({ n }) => n) };
}

/** Amdahl's law through two points: one core, and all of them. */
function bendOf(speedUp: number, cores: number): Bend {
  const serial = (cores / speedUp - 1) / (cores - 1);
  return { serial: Math.min(1, Math.max(0, serial)), crosstalk: 0, sizes: [1, cores] };
}

/**
 * Runs a second at full load of a host with this many cores. Without a bend: in proportion, which
 * is too little for fewer cores than were measured, and too much for more.
 */
export function predictPeak({ peak, cores, bend }: Capacity, wanted: number): number {
  const law = { one: 1, serial: bend?.serial ?? 0, crosstalk: bend?.crosstalk ?? 0 };
  return (peak * predictThroughput(law, wanted)) / predictThroughput(law, cores);
}

/** Workers and slots of a host. Null if the mode does not use this many cores. */
export function layOut({ mode }: Capacity, cores: number) {
  const layout = layoutOfMode(mode, cores);
  const slots = slotsOf(layout);
  return layout.workers * slots === cores ? { workers: layout.workers, slots } : null;
}
