/** What is compared, as data. */
import type { Variant } from "../result/bench-result.ts";
import type { Mode } from "./options.ts";

export interface VariantChoice {
  readonly modes: readonly Mode[];
  readonly cores: number;
  readonly balances: readonly ("os" | "reuse-port")[];
  readonly grid: "none" | "small" | "full";
}

/** References first, then modes, balance choices, and the grid of workers and threads. */
export function chooseVariants(choice: VariantChoice): readonly Variant[] {
  const { cores, balances } = choice;
  const cluster = choice.modes.includes("cluster") && cores > 1;
  return [
    ...references(cores),
    ...choice.modes.map((mode) => modeVariant(mode, cores)),
    ...(cluster ? balances.map((balance) => balanceVariant(balance, cores)) : []),
    ...gridVariants(choice),
  ];
}

function references(cores: number): Variant[] {
  const of = (name: string, what: string): Variant => ({
    ...{ name, kind: "reference", what, flags: [] },
    ...{ workers: cores, slots: 1 },
  });
  return [
    of("bare", `the task alone in ${count(cores, "process", "processes")}, without HTTP`),
    of("tutorial", "node:cluster and node:http, the task in the handler"),
  ];
}

function modeVariant(mode: Mode, cores: number): Variant {
  const hybridWorkers = Math.min(2, cores);
  const layouts: Record<Mode, readonly [workers: number, slots: number, what: string]> = {
    single: [1, 1, "one process, on its event loop"],
    cluster: [cores, 1, `${count(cores, "process", "processes")}, each on its event loop`],
    threads: [1, cores, `one process with ${count(cores, "thread", "threads")}`],
    hybrid: [
      hybridWorkers,
      Math.max(1, Math.floor(cores / hybridWorkers)),
      "processes with threads",
    ],
    libuv: [1, cores, "one process, on libuv's threads"],
  };
  const [workers, slots, what] = layouts[mode];
  const flags = ["--mode", mode, "--cores", String(cores)];
  return { name: mode, kind: "mode", what, flags, workers, slots };
}

function balanceVariant(balance: string, cores: number): Variant {
  const { flags, workers, slots } = modeVariant("cluster", cores);
  return {
    ...{ name: `cluster/${balance}`, kind: "balance", workers, slots },
    what: `cluster, connections placed by ${balance === "os" ? "the system" : "SO_REUSEPORT"}`,
    flags: [...flags, "--balance", balance],
  };
}

/** Numbers of workers and threads that no chosen mode has already. */
function gridVariants({ modes, cores, grid }: VariantChoice): Variant[] {
  if (grid === "none") return [];
  const taken = new Set(modes.map((mode) => layoutKey(modeVariant(mode, cores))));
  const sizes = grid === "full" ? powersTo(cores) : [...new Set([1, cores])];
  const threaded = modes.includes("threads")
    ? sizes.flatMap((workers) =>
        sizes.map((slots) => gridVariant(workers, slots, "threads", cores)),
      )
    : [];
  const inline = modes.includes("cluster")
    ? scaleSizes(cores).map((workers) => gridVariant(workers, 1, "inline", cores))
    : [];
  return [...inline, ...threaded].filter(
    (variant) =>
      !taken.has(layoutKey(variant)) && variant.workers * variant.slots <= mostSlots(cores),
  );
}

/** Twice the cores show what too many cost; of one worker a core with as many threads, the price. */
function mostSlots(cores: number): number {
  return 2 * cores;
}

function gridVariant(
  workers: number,
  slots: number,
  executor: "inline" | "threads",
  cores: number,
): Variant {
  const threads = executor === "threads" ? ["--threads", String(slots)] : [];
  const of = executor === "threads" ? ` with ${count(slots, "thread", "threads")}` : "";
  return {
    name: executor === "threads" ? `${workers}x${slots} threads` : `${workers} inline`,
    kind: "grid",
    what: `${count(workers, "worker", "workers")}${of}`,
    flags: [
      ...["--workers", String(workers), "--executor", executor],
      ...[...threads, "--cores", String(cores)],
    ],
    workers,
    slots,
  };
}

function layoutKey({ workers, slots, name, flags }: Variant): string {
  const inline = name === "single" || name === "cluster" || flags.includes("inline");
  return `${workers}x${slots} ${name === "libuv" ? "libuv" : inline ? "inline" : "threads"}`;
}

/** Sizes for a law of scalability: with fewer than four cores there are no four of them. */
export function scaleSizes(cores: number): number[] {
  if (cores < 4) return [];
  return [...new Set([1, 2, 3, ...powersTo(cores)])].sort((a, b) => a - b);
}

/** 1, 2, 4 ... and `most` itself. */
function powersTo(most: number): number[] {
  const powers: number[] = [];
  for (let power = 1; power < most; power *= 2) powers.push(power);
  return [...powers, most];
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
