/**
 * The one table of options: flags, variables, `Config`, validation, `--help` and docs come from it.
 *
 * To add an option, add one entry to its group. The key is its name in `Config`, with its unit (Ms,
 * Bytes); `flag` is its name for users, and MANYCORE_FLAG its variable. `config.key` then has the
 * value in the primary and in every worker. `WRITE_DOCS=1 npx vitest run test/config/help.test.ts`
 * renews the table in the documentation.
 */
import { executorNames, modeNames } from "./modes.ts";
import type { Group, Option, ValueOf } from "./option.ts";
import { autoOr, choice, duration, queueLocation, size, text, wholeNumber } from "./values.ts";

const day = 86_400_000;
const [mb, gb] = [1024 ** 2, 1024 ** 3];
const upToADay = duration(1, day);
const count = wholeNumber(1, 1024);

const address = {
  host: {
    flag: "host",
    kind: text("HOST", "an IP address or a host name", /^[\w.:%-]+$/, "::1"),
    default: "127.0.0.1",
    doc: "Address to listen on. 0.0.0.0 means every IPv4 address, and :: every address",
    alias: "HOST",
  },
  port: {
    ...{ flag: "port", short: "p" },
    kind: wholeNumber(0, 65_535),
    default: "8000",
    doc: "TCP port to listen on. 0 takes any free one",
    alias: "PORT",
  },
} as const satisfies Group;

const processes = {
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

const runs = {
  taskFiles: {
    flag: "tasks",
    kind: text("FILE", "the path of a task module", /./, "./my task.ts"),
    default: "",
    doc: "Your own task module. Repeat it for more, or name the files without the flag. The variable separates files by : (on Windows by ;)",
    repeatable: true,
  },
  maxPending: {
    flag: "max-pending",
    kind: wholeNumber(0, 1_000_000),
    default: "200",
    doc: "Runs that may wait in each worker. Past it the answer is 503",
  },
  queueTimeoutMs: {
    flag: "queue-timeout",
    kind: upToADay,
    default: "10s",
    doc: "Longest wait of a run for its turn. Past it the answer is 503",
  },
  runTimeoutMs: {
    flag: "run-timeout",
    kind: upToADay,
    default: "30s",
    doc: "Longest time of a run, from its start. Past it the answer is 504",
  },
  hangTimeoutMs: {
    flag: "hang-timeout",
    kind: upToADay,
    default: "5s",
    doc: "How far past its timeout a run may go where it cannot be interrupted. Then its worker is ended and replaced",
  },
  threadMemoryBytes: {
    flag: "thread-memory",
    kind: size(16 * mb, 64 * gb),
    default: "512mb",
    doc: "Memory for the JavaScript objects of each Piscina thread, without buffers. A run that needs more fails alone",
  },
  hashMaxIterations: {
    flag: "hash-max-iterations",
    kind: wholeNumber(1, 2 ** 31 - 1),
    default: "2000000",
    doc: "Most iterations that a hash may ask for. Past it the answer is 422",
  },
  hashMaxMemoryBytes: {
    flag: "hash-max-memory",
    kind: size(mb, 64 * gb),
    default: "256mb",
    doc: "Most memory that a hash may ask for. Past it the answer is 422",
  },
} as const satisfies Group;

const http = {
  headersTimeoutMs: {
    flag: "headers-timeout",
    kind: upToADay,
    default: "10s",
    doc: "Longest time to receive a request's headers. At most --request-timeout",
  },
  requestTimeoutMs: {
    flag: "request-timeout",
    kind: upToADay,
    default: "30s",
    doc: "Longest time to receive a whole request",
  },
  keepAliveTimeoutMs: {
    flag: "keep-alive-timeout",
    kind: upToADay,
    default: "65s",
    doc: "How long an idle connection is kept open",
  },
  bodyLimitBytes: {
    flag: "body-limit",
    kind: size(1, 256 * mb),
    default: "1mb",
    doc: "Largest request body. Past it the answer is 413",
  },
} as const satisfies Group;

const jobs = {
  queue: {
    flag: "queue",
    kind: queueLocation,
    default: "sqlite:manycore.db",
    doc: "Where jobs are kept: in a SQLite file, or none to take no jobs",
  },
  jobTimeoutMs: {
    flag: "job-timeout",
    kind: upToADay,
    default: "10m",
    doc: "Longest time of each attempt of a job that does not set its own",
  },
  jobRetentionMs: {
    flag: "job-retention",
    kind: duration(1, 365 * day),
    default: "24h",
    doc: "How long an ended job and its Idempotency-Key are kept. Then the answer is 410",
  },
  jobResultLimitBytes: {
    flag: "job-result-limit",
    kind: size(1, 256 * mb),
    default: "1mb",
    doc: "Largest result of a job, as JSON. Past it the job fails",
  },
} as const satisfies Group;

const log = {
  logLevel: {
    flag: "log-level",
    kind: choice("LEVEL", ["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
    default: "info",
    doc: "Least important level that is logged, to stderr",
  },
  logFormat: {
    flag: "log-format",
    kind: choice("FORMAT", ["auto", "json", "pretty"]),
    default: "auto",
    doc: "Format of the log. auto is pretty on a terminal and JSON lines elsewhere",
  },
  accessLog: {
    flag: "access-log",
    kind: choice("WHICH", ["off", "all"]),
    default: "off",
    doc: "Which requests get a line in the log. Failures (500) always get one",
  },
} as const satisfies Group;

/** The groups by their titles, in the order of `--help`. */
export const optionGroups: Readonly<Record<string, Group>> = {
  "Where it listens": address,
  "Processes and threads": processes,
  "Tasks and runs": runs,
  HTTP: http,
  Jobs: jobs,
  Log: log,
};

const options = { ...address, ...processes, ...runs, ...http, ...jobs, ...log };

export type OptionKey = keyof typeof options;

/** Every option's parsed value. */
export type Values = { readonly [Key in OptionKey]: ValueOf<(typeof options)[Key]> };

export const optionKeys = Object.keys(options) as OptionKey[];

/** The options' flags, without their dashes. */
export const optionNames: readonly string[] = optionKeys.map((key) => options[key].flag);

export function optionOf(key: OptionKey): Option<unknown> {
  return options[key];
}

/** @param flag without its dashes */
export function keyOf(flag: string): OptionKey | undefined {
  return optionKeys.find((key) => options[key].flag === flag);
}
