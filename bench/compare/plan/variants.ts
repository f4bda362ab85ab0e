/** What is compared, as data. */
import { counted, type Layout, layoutOfMode, slotsOf } from "../../../src/config/layout.ts";
import { executors, type ModeName, modes } from "../../../src/config/modes.ts";
import type { Values } from "../../../src/config/options.ts";
import type { Variant } from "../result/bench-result.ts";
import { findExecutor } from "../result/executor-of.ts";

export interface VariantChoice {
  readonly modes: readonly ModeName[];
  readonly cores: number;
  readonly balances: readonly OtherBalance[];
  readonly grid: "none" | "small" | "full";
}

/** Ways to place connections other than the default. */
export type OtherBalance = Exclude<Values["balance"], "round-robin">;

/** References first, then modes, balance choices, and the grid of workers and threads. */
export function chooseVariants(choice: VariantChoice): readonly Variant[] {
  const { cores, balances } = choice;
  const hasCluster = choice.modes.includes("cluster") && cores > 1;
  return [
    ...makeReferences(cores),
    ...choice.modes.map((mode) => makeModeVariant(mode, cores)),
    ...(hasCluster ? balances.map((balance) => makeBalanceVariant(balance, cores)) : []),
    ...makeGridVariants(choice),
  ];
}

function makeReferences(cores: number): Variant[] {
  const reference = (name: string, what: string): Variant => ({
    ...{ name, kind: "reference", what, flags: [] },
    ...{ workers: cores, slots: 1 },
  });
  const processes = cores === 1 ? "1 process" : `${cores} processes`;
  return [
    reference("bare", `the task alone in ${processes}, without HTTP`),
    reference("tutorial", "node:cluster and node:http, the task in the handler"),
  ];
}

function makeModeVariant(mode: ModeName, cores: number): Variant {
  const layout = layoutOfMode(mode, cores);
  const flags = ["--mode", mode, "--cores", String(cores)];
  return { name: mode, kind: "mode", what: describeLayout(layout), flags, ...readRoom(layout) };
}

function readRoom(layout: Layout): Pick<Variant, "workers" | "slots"> {
  return { workers: layout.workers, slots: slotsOf(layout) };
}

function describeLayout(layout: Layout): string {
  const { workers, executor } = layout;
  const processes = workers === 1 ? "one process" : `${workers} processes`;
  const each = workers === 1 ? "on its" : "each on its";
  if (executors[executor].computesOnLoop) return `${processes}, ${each} event loop`;
  if (executors[executor].usesLibuvPool) return `${processes}, on libuv's threads`;
  return `${processes} with ${counted(slotsOf(layout), "thread")}${workers === 1 ? "" : " each"}`;
}

function makeBalanceVariant(balance: OtherBalance, cores: number): Variant {
  const cluster = makeModeVariant("cluster", cores);
  return {
    ...cluster,
    name: `cluster/${balance}`,
    kind: "balance",
    what: `cluster, connections placed by ${balance === "os" ? "the system" : "SO_REUSEPORT"}`,
    flags: [...cluster.flags, "--balance", balance],
  };
}

/** Numbers of workers and threads that no chosen mode has already. */
function makeGridVariants({ modes: chosen, cores, grid }: VariantChoice): Variant[] {
  if (grid === "none") return [];
  const taken = new Set(chosen.map((mode) => writeLayoutKey(makeModeVariant(mode, cores))));
  const sizes = grid === "full" ? listPowersTo(cores) : [...new Set([1, cores])];
  const has = (mode: ModeName) => chosen.includes(mode);
  const threaded = has("threads")
    ? sizes.flatMap((workers) => sizes.map((threads) => makeGridVariant(workers, threads, cores)))
    : [];
  const inline = has("cluster")
    ? chooseScaleSizes(cores).map((workers) => makeGridVariant(workers, 0, cores))
    : [];
  return [...inline, ...threaded].filter(
    (variant) =>
      !taken.has(writeLayoutKey(variant)) &&
      variant.workers * variant.slots <= countMostSlots(cores),
  );
}

/** Twice the cores show what too many cost. */
function countMostSlots(cores: number): number {
  return 2 * cores;
}

/** @param threads 0 computes on the event loop */
function makeGridVariant(workers: number, threads: number, cores: number): Variant {
  const { executor } = modes[threads === 0 ? "cluster" : "threads"];
  const threadFlags = threads === 0 ? [] : ["--threads", String(threads)];
  const of = threads === 0 ? "" : ` with ${counted(threads, "thread")}`;
  return {
    name: threads === 0 ? `${workers} inline` : `${workers}x${threads} threads`,
    kind: "grid",
    what: `${counted(workers, "worker")}${of}`,
    flags: [
      ...["--workers", String(workers), "--executor", executor],
      ...[...threadFlags, "--cores", String(cores)],
    ],
    ...readRoom({ workers, threads, executor }),
  };
}

function writeLayoutKey(variant: Variant): string {
  return `${variant.workers}x${variant.slots} ${findExecutor(variant)}`;
}

/**
 * Numbers of workers from which a scalability law can be fitted. A fit needs four, so there are
 * none with fewer than four cores.
 */
export function chooseScaleSizes(cores: number): number[] {
  if (cores < 4) return [];
  return [...new Set([1, 2, 3, ...listPowersTo(cores)])].sort((a, b) => a - b);
}

/** 1, 2, 4 ... and `most` itself. */
function listPowersTo(most: number): number[] {
  const powers: number[] = [];
  for (let power = 1; power < most; power *= 2) powers.push(power);
  return [...powers, most];
}
