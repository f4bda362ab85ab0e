import { layoutErrors, layoutOf, overridesOf, slotsOf } from "./layout.ts";
import type {
  AccessLog,
  BalanceName,
  ExecutorName,
  LogFormat,
  LogLevel,
  ModeName,
} from "./names.ts";
import { type Option, type OptionName, optionNames, options, type Values } from "./options.ts";
import type { QueueLocation } from "./queue-location.ts";
import { type Given, type GivenValues, quote } from "./sources.ts";
import { printDuration } from "./values.ts";

/** The whole configuration, resolved: nothing is `auto` but the log's format. Frozen. */
export interface Config {
  readonly host: string;
  /** 0 for any free one; the primary replaces it before it forks. */
  readonly port: number;
  /** The flag or variable that set them; none where it is the default. */
  readonly setBy: SetBy;
  readonly mode: ModeName;
  /** Knobs set by hand to something else than the mode says, such as `--workers 3`. */
  readonly overrides: readonly string[];
  readonly cores: number;
  readonly workers: number;
  /** Compute threads of a worker: of Piscina, or of libuv for the executor libuv. */
  readonly threads: number;
  readonly executor: ExecutorName;
  /** Runs that may compute at the same time in one worker. */
  readonly slots: number;
  readonly balance: BalanceName;
  /** Paths as they were given. */
  readonly taskFiles: readonly string[];
  /** Runs that may wait in each worker. */
  readonly maxPending: number;
  readonly queueTimeoutMs: number;
  readonly runTimeoutMs: number;
  /** How long past its time a run may go on before its worker is ended. */
  readonly hangTimeoutMs: number;
  readonly drainTimeoutMs: number;
  readonly bootTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly bodyLimitBytes: number;
  readonly queue: QueueLocation;
  /** Of each attempt of a job that does not say so itself. */
  readonly jobTimeoutMs: number;
  /** How long an ended job is kept. */
  readonly jobRetentionMs: number;
  readonly jobResultLimitBytes: number;
  readonly hashMaxIterations: number;
  readonly hashMaxMemoryBytes: number;
  /** The JavaScript heap of each Piscina thread. */
  readonly threadMemoryBytes: number;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  readonly accessLog: AccessLog;
}

export interface SetBy {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
}

export type Resolved =
  | { readonly config: Config }
  | { readonly errors: readonly [string, ...string[]] };

/** Parses what was given, fills in the rest, and checks the values against each other. */
export function resolve(given: GivenValues, availableParallelism: number): Resolved {
  const errors: string[] = [];
  const wrong = new Set<OptionName>();
  const parsed = optionNames.map((name) => {
    const { value, refusals } = read(options[name], given.get(name) ?? []);
    if (refusals.length > 0) wrong.add(name);
    errors.push(...refusals);
    return [name, value];
  });
  // Each value has just come from its own option's parser.
  const values = Object.fromEntries(parsed) as Values;
  const cores = values.cores === "auto" ? Math.max(1, availableParallelism) : values.cores;
  const layout = layoutOf(values, cores);
  if (!["mode", "executor", "threads"].some((name) => wrong.has(name as OptionName))) {
    errors.push(...layoutErrors(layout));
  }
  if (!wrong.has("headers-timeout") && !wrong.has("request-timeout")) {
    errors.push(...headersTimeoutErrors(values, given));
  }
  const [first, ...others] = errors;
  if (first !== undefined) return { errors: [first, ...others] };
  return {
    config: freeze({
      host: values.host,
      port: values.port,
      setBy: { host: sourceOf("host", given), port: sourceOf("port", given) },
      mode: values.mode,
      overrides: overridesOf(values, cores),
      cores,
      ...layout,
      slots: slotsOf(layout),
      balance: values.balance,
      taskFiles: values.tasks,
      maxPending: values["max-pending"],
      queueTimeoutMs: values["queue-timeout"],
      runTimeoutMs: values["run-timeout"],
      hangTimeoutMs: values["hang-timeout"],
      drainTimeoutMs: values["drain-timeout"],
      bootTimeoutMs: values["boot-timeout"],
      // Node refuses to serve where the headers may take longer than the whole request.
      headersTimeoutMs: Math.min(values["headers-timeout"], values["request-timeout"]),
      requestTimeoutMs: values["request-timeout"],
      keepAliveTimeoutMs: values["keep-alive-timeout"],
      bodyLimitBytes: values["body-limit"],
      queue: values.queue,
      jobTimeoutMs: values["job-timeout"],
      jobRetentionMs: values["job-retention"],
      jobResultLimitBytes: values["job-result-limit"],
      hashMaxIterations: values["hash-max-iterations"],
      hashMaxMemoryBytes: values["hash-max-memory"],
      threadMemoryBytes: values["thread-memory"],
      logLevel: values["log-level"],
      logFormat: values["log-format"],
      accessLog: values["access-log"],
    }),
  };
}

export function freeze(config: Config): Config {
  Object.freeze(config.setBy);
  Object.freeze(config.overrides);
  Object.freeze(config.taskFiles);
  return Object.freeze(config);
}

/** The option's value, or its default where none was given or all were refused. */
function read(
  option: Option<unknown>,
  given: readonly Given[],
): { readonly value: unknown; readonly refusals: readonly string[] } {
  const refusals: string[] = [];
  const accepted: unknown[] = [];
  for (const { text, source } of given) {
    const result = option.kind.parse(text);
    if (result.ok) accepted.push(result.value);
    else refusals.push(refusal(text, source, result.reason, option));
  }
  if (option.repeatable) return { value: accepted, refusals };
  if (accepted.length > 0) return { value: accepted[0], refusals };
  const standard = option.kind.parse(option.default);
  if (!standard.ok) throw new Error(`${quote(option.default)} cannot be a default: it is refused`);
  return { value: standard.value, refusals };
}

function refusal(
  text: string,
  source: string,
  reason: string | undefined,
  option: Option<unknown>,
): string {
  const end = reason?.endsWith("?") ? "" : ".";
  const why = reason === undefined ? "" : `${reason}${end} `;
  return `${source}: ${quote(text)} is not allowed. ${why}Use ${option.kind.allowed}`;
}

function sourceOf(name: OptionName, given: GivenValues): string | undefined {
  return given.get(name)?.[0]?.source;
}

/** A default that is longer than the request's time is shortened; one set by hand is a mistake. */
function headersTimeoutErrors(values: Values, given: GivenValues): string[] {
  const headers = values["headers-timeout"];
  const request = values["request-timeout"];
  const explicit = sourceOf("headers-timeout", given);
  if (explicit === undefined || headers <= request) return [];
  return [
    `${explicit}: ${printDuration(headers)} is longer than the request timeout ` +
      `(${printDuration(request)}), which includes the headers. Shorten it, or raise --request-timeout`,
  ];
}
