/** Options: processes and threads. */
import { size } from "../measures.ts";
import { executorNames, modeNames } from "../modes.ts";
import type { Group } from "../option.ts";
import { autoOr, choice, noneOr, toggle, wholeNumber } from "../values.ts";
import { gb, mb, upToADay } from "./bounds.ts";

const count = wholeNumber(1, 1024);

export const processesOptions = {
  mode: {
    flag: "mode",
    kind: choice("MODE", modeNames),
    default: "cluster",
    doc: "Sets workers, threads and executor together. Each of those flags wins over it",
  },
  workers: {
    flag: "workers",
    kind: autoOr(count),
    default: "auto",
    doc: "Processes that serve HTTP. auto does as the mode says",
    alias: "WEB_CONCURRENCY",
  },
  threads: {
    flag: "threads",
    kind: autoOr(wholeNumber(0, 1024)),
    default: "auto",
    doc: "Compute threads in each worker: of Piscina, or of libuv with that executor. auto divides the cores among the workers. 0 works with the executor inline only",
  },
  executor: {
    flag: "executor",
    kind: choice("NAME", ["auto", ...executorNames]),
    default: "auto",
    doc: "How a worker carries out runs. auto does as the mode says",
  },
  cores: {
    flag: "cores",
    kind: autoOr(count),
    default: "auto",
    doc: "Cores to divide among workers and threads. auto asks the system",
  },
  balance: {
    flag: "balance",
    kind: choice("HOW", ["round-robin", "os", "reuse-port"]),
    default: "round-robin",
    doc: "Who gives connections to workers: the primary in turn (round-robin), or the system, from one shared socket (os) or from a socket of each worker (reuse-port)",
  },
  handOver: {
    flag: "hand-over",
    kind: toggle,
    default: "on",
    doc: "Whether a run that waits in one worker goes to another one that is free",
  },
  maxRssBytes: {
    flag: "max-rss",
    kind: noneOr(size(16 * mb, 1024 * gb)),
    default: "none",
    doc: "Memory of a worker (resident set) past which a new one takes its place, without a lost request",
  },
  maxRuns: {
    flag: "max-runs",
    kind: noneOr(wholeNumber(1, 1_000_000_000)),
    default: "none",
    doc: "Runs after which a new worker takes the place of one. Each worker takes up to a tenth less, so that they do not change together",
  },
  bootTimeoutMs: {
    flag: "boot-timeout",
    kind: upToADay,
    default: "10s",
    doc: "Longest time for a worker to become ready",
  },
  drainTimeoutMs: {
    flag: "drain-timeout",
    kind: upToADay,
    default: "40s",
    doc: "Longest time to finish what runs when the server stops",
  },
} as const satisfies Group;
