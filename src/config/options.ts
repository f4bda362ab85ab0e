import {
  accessLogs,
  balanceNames,
  executorNames,
  logFormats,
  logLevels,
  modeNames,
} from "./names.ts";
import { queueLocation } from "./queue-location.ts";
import { autoOr, choice, duration, type Kind, size, text, wholeNumber } from "./values.ts";

export interface Option<T> {
  readonly kind: Kind<T>;
  /** As a user would write it, read by the same parser. */
  readonly default: string;
  /** What stands for the value in `--help`. */
  readonly placeholder: string;
  /** One line, in plain words. */
  readonly doc: string;
  /** A plain environment variable that is read too; the MANYCORE_ one wins over it. */
  readonly plainVariable?: string;
  /** The flag may come several times; its variable holds a list, separated as PATH is. */
  readonly repeatable?: true;
}

const day = 86_400_000;
const time = duration(1, day);
const count = wholeNumber(1, 1024);

/** The one table of options. `--help`, validation and the README are made from it. */
export const options = {
  host: {
    kind: text("an IP address or a host name", /^[\w.:%-]+$/),
    default: "127.0.0.1",
    placeholder: "HOST",
    doc: "Address to listen on; 0.0.0.0 or :: for every one",
    plainVariable: "HOST",
  },
  port: {
    kind: wholeNumber(0, 65_535),
    default: "8000",
    placeholder: "PORT",
    doc: "TCP port to listen on; 0 takes any free one",
    plainVariable: "PORT",
  },
  mode: {
    kind: choice(modeNames),
    default: "cluster",
    placeholder: "MODE",
    doc: "Sets workers, threads and executor together; each of those flags wins over it",
  },
  workers: {
    kind: autoOr(count),
    default: "auto",
    placeholder: "N",
    doc: "Processes that serve HTTP; auto goes by the mode",
  },
  threads: {
    kind: autoOr(wholeNumber(0, 1024)),
    default: "auto",
    placeholder: "N",
    doc: "Compute threads in each worker (of Piscina, or of libuv for that executor); auto shares out the cores, 0 needs the executor inline",
  },
  executor: {
    kind: choice(["auto", ...executorNames]),
    default: "auto",
    placeholder: "NAME",
    doc: "How a worker carries out runs; auto goes by the mode",
  },
  cores: {
    kind: autoOr(count),
    default: "auto",
    placeholder: "N",
    doc: "The CPU budget that auto shares out; auto asks the system",
  },
  balance: {
    kind: choice(balanceNames),
    default: "round-robin",
    placeholder: "HOW",
    doc: "Who places connections on workers: the primary in turn, or the system from one socket (os) or one a worker (reuse-port)",
  },
  tasks: {
    kind: text("the path of a task module", /./),
    default: "",
    repeatable: true,
    placeholder: "FILE",
    doc: "Your own task module; may be given several times, and the variable takes several with : between them (; on Windows)",
  },
  "max-pending": {
    kind: wholeNumber(0, 1_000_000),
    default: "200",
    placeholder: "N",
    doc: "Runs that may wait in each worker; past it the answer is 503",
  },
  "queue-timeout": {
    kind: time,
    default: "10s",
    placeholder: "TIME",
    doc: "Longest wait of a run for its turn; past it the answer is 503",
  },
  "run-timeout": {
    kind: time,
    default: "30s",
    placeholder: "TIME",
    doc: "Longest time of a run from its start; past it the answer is 504",
  },
  "hang-timeout": {
    kind: time,
    default: "5s",
    placeholder: "TIME",
    doc: "How much longer than its time a run may go on where it cannot be ended; past it its worker is ended and replaced",
  },
  "drain-timeout": {
    kind: time,
    default: "40s",
    placeholder: "TIME",
    doc: "Time to finish what runs when the server is stopped",
  },
  "boot-timeout": {
    kind: time,
    default: "10s",
    placeholder: "TIME",
    doc: "Time for a worker to become ready",
  },
  "headers-timeout": {
    kind: time,
    default: "10s",
    placeholder: "TIME",
    doc: "Longest time to receive a request's headers; at most the request timeout",
  },
  "request-timeout": {
    kind: time,
    default: "30s",
    placeholder: "TIME",
    doc: "Longest time to receive a whole request",
  },
  "keep-alive-timeout": {
    kind: time,
    default: "65s",
    placeholder: "TIME",
    doc: "How long an idle connection is kept",
  },
  "body-limit": {
    kind: size(1, 256 * 1024 ** 2),
    default: "1mb",
    placeholder: "SIZE",
    doc: "Largest request body; past it the answer is 413",
  },
  queue: {
    kind: queueLocation,
    default: "sqlite:manycore.db",
    placeholder: "QUEUE",
    doc: "Where jobs are kept: sqlite:PATH, or none to take no jobs",
  },
  "job-timeout": {
    kind: time,
    default: "10m",
    placeholder: "TIME",
    doc: "Longest time of each attempt of a job that does not say so itself",
  },
  "job-retention": {
    kind: duration(1, 365 * day),
    default: "24h",
    placeholder: "TIME",
    doc: "How long an ended job and its Idempotency-Key are kept; then the answer is 410",
  },
  "job-result-limit": {
    kind: size(1, 256 * 1024 ** 2),
    default: "1mb",
    placeholder: "SIZE",
    doc: "Largest result of a job, as JSON; past it the job fails",
  },
  "hash-max-iterations": {
    kind: wholeNumber(1, 2 ** 31 - 1),
    default: "2000000",
    placeholder: "N",
    doc: "Most iterations that a hash may ask for; past it the answer is 422",
  },
  "hash-max-memory": {
    kind: size(1024 ** 2, 64 * 1024 ** 3),
    default: "256mb",
    placeholder: "SIZE",
    doc: "Most memory that a hash may ask for; past it the answer is 422",
  },
  "thread-memory": {
    kind: size(16 * 1024 ** 2, 64 * 1024 ** 3),
    default: "512mb",
    placeholder: "SIZE",
    doc: "JavaScript objects of each Piscina thread, without buffers; a run that keeps more fails alone",
  },
  "log-level": {
    kind: choice(logLevels),
    default: "info",
    placeholder: "LEVEL",
    doc: "Least important messages that are logged, to stderr",
  },
  "log-format": {
    kind: choice(logFormats),
    default: "auto",
    placeholder: "FORMAT",
    doc: "How messages are logged; auto is pretty on a terminal and JSON lines elsewhere",
  },
  "access-log": {
    kind: choice(accessLogs),
    default: "off",
    placeholder: "WHICH",
    doc: "Which requests get a line in the log; failures (500) are logged either way",
  },
} as const satisfies Record<string, Option<unknown>>;

export type OptionName = keyof typeof options;

type ValueOf<Each> = Each extends { readonly kind: Kind<infer Value> }
  ? Each extends { readonly repeatable: true }
    ? readonly Value[]
    : Value
  : never;

/** Every option's parsed value. */
export type Values = { readonly [Name in OptionName]: ValueOf<(typeof options)[Name]> };

export const optionNames = Object.keys(options) as OptionName[];

/** `MANYCORE_MAX_PENDING` for `max-pending`. */
export function variableOf(name: OptionName): string {
  return `MANYCORE_${name.toUpperCase().replaceAll("-", "_")}`;
}
