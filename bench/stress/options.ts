import { typedHere } from "../command/command-line.ts";
import { UsageError } from "../command/failures.ts";
import { parseFlags, readInput, readNumber } from "../command/flags.ts";
import { type Objective, parseObjectives } from "./objective.ts";
import { splitWords } from "./words.ts";

/** The command line, checked as far as that is possible without asking the target. */
export interface StressOptions {
  /** Null starts a server. */
  readonly url: URL | null;
  readonly owned: boolean;
  /** Null loads the URL as it is. */
  readonly task: string | null;
  /** Whether nobody named the task: it is hash then. */
  readonly taskAssumed: boolean;
  /** Undefined takes the task's example. */
  readonly input: unknown;
  readonly method: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly serverFlags: readonly string[];
  readonly objectives: readonly Objective[];
  readonly maxRate: number;
  readonly maxMs: number;
  readonly connections: number;
  readonly longestStepMs: number;
  readonly holdMs: number;
  readonly seed: number;
  readonly json: boolean;
  readonly out: string | null;
}

/**
 * How the time is shared out; confirmation has its share for each trial. `step` and `patience` are of the whole run: the longest step, and how
 * long an answer is waited for at least. The others are of what is left when they begin, so that there
 * is time for what follows: whatever comes first took, none is cut off. As long as no rate is known
 * that meets the objectives, there is nothing to follow.
 */
export const timeShares = {
  ...{ step: 1 / 12, patience: 1 / 12 },
  ...{ unloaded: 1 / 20, search: 0.45, searchInVain: 0.9, confirmation: 0.36 },
  ...{ firstHold: 1 / 4, lastHold: 1 / 3 },
} as const;

const flags = {
  task: { type: "string" },
  input: { type: "string" },
  method: { type: "string" },
  header: { type: "string", multiple: true, default: [] as string[] },
  body: { type: "string" },
  tasks: { type: "string", multiple: true, default: [] as string[] },
  mode: { type: "string" },
  "server-flags": { type: "string", default: "" },
  slo: { type: "string", multiple: true, default: [] as string[] },
  "max-rate": { type: "string", default: "10000" },
  "max-seconds": { type: "string", default: "240" },
  connections: { type: "string", default: "1000" },
  "step-seconds": { type: "string", default: "10" },
  "hold-seconds": { type: "string", default: "15" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  out: { type: "string" },
  "i-own-this-host": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * @returns null where help was asked for
 * @throws UsageError that names the flag and the remedy
 */
export function readOptions(argv: readonly string[]): StressOptions | null {
  const dashes = argv.indexOf("--");
  const own = joined(dashes === -1 ? argv : argv.slice(0, dashes));
  const config = { args: [...own], allowPositionals: true, options: flags };
  const advice = `Put it after a -- of its own: ${typedHere("stress", "-- --max-pending 50")}`;
  const { values, positionals } = parseFlags(config, "stress", advice);
  if (values.help) return null;
  if (positionals.length > 1) throw new UsageError(`${positionals[1]}: give one URL`);
  const serverFlags = [
    ...values.tasks.flatMap((file) => ["--tasks", file]),
    ...(values.mode === undefined ? [] : ["--mode", values.mode]),
    ...asUsage(() => splitWords("--server-flags", values["server-flags"])),
    ...(dashes === -1 ? [] : argv.slice(dashes + 1)),
  ];
  const maxMs = 1_000 * readNumber("--max-seconds", values["max-seconds"], 1, 3_600);
  const stepMs = 1_000 * readNumber("--step-seconds", values["step-seconds"], 0.2, 600);
  const options: StressOptions = {
    url: positionals[0] === undefined ? null : readUrl(positionals[0]),
    owned: values["i-own-this-host"],
    task: values.task ?? (positionals.length === 0 ? "hash" : null),
    taskAssumed: values.task === undefined && positionals.length === 0,
    input: values.input === undefined ? undefined : readInput(values.input),
    method: values.method?.toUpperCase() ?? null,
    headers: Object.fromEntries(values.header.map(readHeader)),
    body: values.body ?? null,
    serverFlags,
    objectives: asUsage(() => parseObjectives(values.slo)),
    maxRate: readNumber("--max-rate", values["max-rate"], 0.1, 100_000),
    maxMs,
    connections: whole("--connections", values.connections, 1, 20_000),
    longestStepMs: Math.min(stepMs, timeShares.step * maxMs),
    holdMs: 1_000 * readNumber("--hold-seconds", values["hold-seconds"], 0.2, 600),
    seed: whole("--seed", values.seed, 0, 2 ** 31 - 1),
    json: values.json,
    out: values.out ?? null,
  };
  checkTogether(options);
  return options;
}

/** The value of --server-flags begins with a dash, which parseArgs takes only after a "=". */
function joined(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("--server-flags");
  const value = argv[at + 1];
  if (at === -1 || value === undefined) return argv;
  return [...argv.slice(0, at), `--server-flags=${value}`, ...argv.slice(at + 2)];
}

function checkTogether({ url, task, input, method, body, serverFlags }: StressOptions): void {
  if (url !== null && serverFlags.length > 0) {
    throw new UsageError(
      `${serverFlags[0]}: a URL is loaded as it runs. Leave the URL out to start a server with these flags`,
    );
  }
  if (url === null || task !== null) {
    const which = method !== null ? "--method" : body !== null ? "--body" : null;
    if (which !== null) {
      throw new UsageError(
        `${which}: a task is POSTed with its --input. Give a URL without --task`,
      );
    }
  }
  if (task === null && input !== undefined) {
    throw new UsageError("--input: of which task? Add --task NAME, or use --body for a plain URL");
  }
  if (url !== null && task !== null && (url.pathname !== "/" || url.search !== "")) {
    throw new UsageError(`${url}: with --task give the server alone, such as ${url.origin}`);
  }
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  const example = "such as http://127.0.0.1:8000/hash?input=abc";
  if (url === null || url.hostname === "") {
    throw new UsageError(`URL ${JSON.stringify(text)}: give a whole URL, ${example}`);
  }
  if (url.protocol !== "http:") {
    throw new UsageError(
      `URL ${JSON.stringify(text)}: only http:// can be loaded. Load the server behind its TLS proxy, ${example}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(
      "URL: leave the user and the password out, and give --header 'Authorization: ...'",
    );
  }
  return url;
}

function readHeader(text: string): [string, string] {
  const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~\w-]+):\s*([\t\x20-\x7e]*)$/.exec(text) ?? [];
  if (name === "") {
    throw new UsageError(`--header ${JSON.stringify(text)}: write it as 'Name: value'`);
  }
  if (/^(host|content-length|connection|transfer-encoding)$/i.test(name)) {
    throw new UsageError(`--header ${name}: the generator sets it by itself. Leave it out`);
  }
  return [name.toLowerCase(), value.trimEnd()];
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = readNumber(flag, text, least, most);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`${flag} ${text}: give a whole number from ${least} to ${most}`);
}

/** What a reader throws is wrong usage. */
function asUsage<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
