import { readArguments } from "../../command/command-line.ts";
import { UsageError } from "../../command/failures.ts";
import { type GivenInput, gatherInput, isGiven } from "../../command/given-input.ts";
import { type Objective, parseObjectives } from "../search/objective.ts";
import { stressCommand, stressOptions } from "./command-line.ts";
import { timeShares } from "./schedule.ts";
import { readUrl } from "./target-options.ts";

/** The command line, checked as far as that is possible without asking the target. */
export interface StressOptions {
  /** Null starts a server. */
  readonly url: URL | null;
  readonly owned: boolean;
  /** Null loads the URL as it is. */
  readonly task: string | null;
  /** Whether no task was named. Then it is hash. */
  readonly taskAssumed: boolean;
  /** Nothing takes the task's example. */
  readonly input: GivenInput;
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
 * @returns null where help is asked for
 * @throws UsageError that names the flag and the remedy
 */
export function readStressOptions(argv: readonly string[]): StressOptions | null {
  const dashes = argv.indexOf("--");
  const own = dashes === -1 ? argv : argv.slice(0, dashes);
  const read = readArguments(stressCommand, stressOptions, joinServerFlags(own));
  if (read === null) return null;
  const { values, words } = read;
  if (words.length > 1) throw new UsageError(`${words[1]}: give one URL`);
  const [target] = words;
  const maxMs = values["max-seconds"];
  const { body, connections, seed, json, out } = values;
  const found: StressOptions = {
    input: gatherInput(values),
    ...{ body, connections, seed, json, out, maxMs },
    url: target === undefined ? null : readUrl(target),
    owned: values["i-own-this-host"],
    task: values.task ?? (target === undefined ? "hash" : null),
    taskAssumed: values.task === null && target === undefined,
    method: values.method?.toUpperCase() ?? null,
    headers: Object.fromEntries(values.header),
    serverFlags: [
      ...values.tasks.flatMap((file) => ["--tasks", file]),
      ...(values.mode === null ? [] : ["--mode", values.mode]),
      ...values["server-flags"],
      ...(dashes === -1 ? [] : argv.slice(dashes + 1)),
    ],
    objectives: parseObjectives(values.slo),
    maxRate: values["max-rate"],
    longestStepMs: Math.min(values["step-seconds"], timeShares.step * maxMs),
    holdMs: values["hold-seconds"],
  };
  checkTogether(found);
  return found;
}

/** The value of --server-flags begins with a dash. parseArgs accepts that only after "=". */
function joinServerFlags(argv: readonly string[]): readonly string[] {
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
  if (task === null && isGiven(input)) {
    const { json, file, type } = input;
    const isInput = json !== undefined || file !== null;
    const flag = isInput ? "--input" : type === null ? "--query" : "--type";
    throw new UsageError(
      `${flag}: of which task? Add --task NAME. A plain URL takes --body, --header, and its own query`,
    );
  }
  if (url !== null && task !== null && (url.pathname !== "/" || url.search !== "")) {
    throw new UsageError(`${url}: with --task give the server alone, such as ${url.origin}`);
  }
}
