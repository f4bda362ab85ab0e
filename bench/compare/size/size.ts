/** Answers how many cores and hosts a rate needs, from a result of the bench. Pure. */
import type { ModeName } from "../../../src/config/modes.ts";
import { RunError } from "../../command/failures.ts";
import { listNames, writeMs } from "../../command/wording.ts";
import type { SizingAsked, Slo } from "../plan/sizing-options.ts";
import { type Capacity, readCapacities } from "./capacity.ts";
import { type Prediction, predict, type Setup } from "./predict.ts";
import type { SizedResult } from "./read-result.ts";
import {
  chooseStrongest,
  type Demand,
  findFloorMs,
  findSize,
  listPossible,
  listSizes,
  meets,
  mostHosts,
} from "./search.ts";

/** A prediction beside what is asked. */
export interface Row extends Prediction {
  readonly what: string;
  readonly meets: boolean;
}

/** What the model says of a load that the bench has measured, on one host. */
export interface Check {
  readonly share: number;
  readonly offered: number;
  readonly predictedMs: number;
  readonly measuredMs: number;
}

export interface Sizing {
  readonly format: "manycore-sizing";
  readonly formatVersion: 1;
  readonly asked: Omit<SizingAsked, "measures"> & { readonly seed: number };
  /** The bench that it comes from. */
  readonly measured: {
    readonly command: string;
    readonly startedAt: string;
    readonly task: string;
    readonly cpu: string;
    readonly cores: number;
  };
  readonly mode: ModeName;
  readonly capacity: Capacity;
  /** Cores of each host that were allowed. */
  readonly mostCores: number;
  readonly answer: Prediction;
  /** The answer first; then one core less, one host less, and other ways at the same size. */
  readonly rows: readonly Row[];
  readonly checks: readonly Check[];
}

/**
 * @param modes to choose from; null takes all that the result has
 * @throws RunError if the result cannot be sized, or nothing keeps to what is asked
 */
export function size(
  result: SizedResult,
  asked: SizingAsked,
  { modes, seed }: { readonly modes: readonly ModeName[] | null; readonly seed: number },
): Sizing {
  const perSecond = asked.perSecond * (1 + asked.headroom);
  const found = readCapacities(result, modes).map((capacity) => {
    const mostCores = asked.coresPerHost ?? capacity.cores;
    const demand: Demand = {
      ...{ perSecond, slo: asked.slo, mostCores, seed },
      sharing: "least-connections",
    };
    requireKnown(capacity, mostCores);
    return { capacity, demand, answer: findSize(capacity, demand) };
  });
  const [best] = found
    .flatMap(({ answer, ...rest }) => (answer === null ? [] : [{ ...rest, answer }]))
    .sort((a, b) => compareSizes(a.answer, b.answer, asked.slo));
  if (best === undefined) throw new RunError(explainImpossible(found, asked.slo));
  const { capacity, demand, answer } = best;
  const { command, startedAt, work } = result;
  const { cpu, cores } = result.environment;
  const { measures: _, ...words } = asked;
  return {
    ...{ format: "manycore-sizing", formatVersion: 1 },
    asked: { ...words, seed },
    measured: { command, startedAt, task: work.task, cpu, cores },
    ...{ mode: capacity.mode, capacity, mostCores: demand.mostCores, answer },
    rows: listRows(capacity, demand, answer),
    checks: listChecks(capacity, asked.slo, seed),
  };
}

/** @throws RunError if more cores are asked for than the result tells anything of */
function requireKnown({ mode, cores, bend }: Capacity, mostCores: number): void {
  if (mostCores <= cores || bend !== null) return;
  throw new RunError(
    `--cores-per-host ${mostCores}: ${mode} was measured on ${cores} only, without single beside it. So nobody knows how it scales. Measure on such a host, or give --cores-per-host ${cores}`,
  );
}

function compareSizes(a: Prediction, b: Prediction, { figure }: Slo): number {
  const timeOf = ({ times }: Prediction) => times?.[figure].ms ?? Number.POSITIVE_INFINITY;
  return a.hosts * a.cores - b.hosts * b.cores || a.hosts - b.hosts || timeOf(a) - timeOf(b);
}

function explainImpossible(
  tried: readonly { readonly capacity: Capacity; readonly demand: Demand }[],
  slo: Slo,
): string {
  const possible = tried.filter(
    ({ capacity, demand }) => listPossible(capacity, demand).length > 0,
  );
  if (possible.length > 0) {
    const names = listNames(possible.map(({ capacity }) => capacity.mode));
    return `--size-for: ${names} would take more than ${mostHosts} hosts. Ask for less, or for a longer time`;
  }
  const floors = tried.flatMap(({ capacity, demand }) =>
    listSizes(capacity, demand.mostCores).map((cores) => ({
      mode: capacity.mode,
      floorMs: findFloorMs(capacity, cores, slo),
    })),
  );
  const [least] = floors.sort((a, b) => a.floorMs - b.floorMs);
  if (least === undefined) return "--cores-per-host: no mode of the result uses so few cores";
  const { figure, limitMs } = slo;
  return `--slo ${figure}=${limitMs}ms: no number of hosts does that. Without any waiting, a run has its slot for ${writeMs(least.floorMs)} at its ${figure} (${least.mode}, which is the quickest). Ask for more than that, or make the run shorter`;
}

function listRows(capacity: Capacity, demand: Demand, answer: Prediction): readonly Row[] {
  const { slo } = demand;
  const row = (what: string, prediction: Prediction): Row => ({
    ...prediction,
    ...{ what, meets: meets(prediction, slo) },
  });
  const offered = { perSecond: demand.perSecond, seed: demand.seed };
  const at = (what: string, setup: Setup, of = capacity) => row(what, predict(of, setup, offered));
  const { hosts, cores, sharing } = answer;
  const strongest = chooseStrongest(capacity, listPossible(capacity, demand)) ?? cores;
  const fewer = listSizes(capacity, cores - 1).at(-1);
  const slow = { ...capacity, peak: capacity.peak * capacity.slowest };
  const others = hosts === 1 ? [] : (["random", "shared-queue"] as const);
  return [
    row("the answer", answer),
    ...(fewer === undefined ? [] : [at("fewer cores", { hosts, cores: fewer, sharing })]),
    ...(hosts === 1 ? [] : [at("one host less", { hosts: hosts - 1, cores: strongest, sharing })]),
    ...others.map((other) => at("the same", { hosts, cores, sharing: other })),
    ...(capacity.slowest < 1 ? [at("at its slowest", { hosts, cores, sharing }, slow)] : []),
  ];
}

/** What the bench has measured below the peak, and what the model makes of it. */
function listChecks(capacity: Capacity, { figure }: Slo, seed: number): readonly Check[] {
  return capacity.points.flatMap(({ share, offered, latency, validity }) => {
    const measuredMs = latency[figure];
    const isTold = latency.count * (1 - Number(figure.slice(1)) / 100) >= 1 - 1e-9;
    if (!validity.valid || measuredMs === null || !isTold) return [];
    const setup = { hosts: 1, cores: capacity.cores, sharing: "random" } as const;
    const { times } = predict(capacity, setup, { perSecond: offered, seed });
    return times === null ? [] : [{ share, offered, predictedMs: times[figure].ms, measuredMs }];
  });
}
