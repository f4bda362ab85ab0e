/** Makes the configuration: parses what was given, adds the defaults, checks all of it together. */
import { shownText } from "./kind.ts";
import { type Layout, layoutErrors, layoutOf, overridesOf, slotsOf } from "./layout.ts";
import { printDuration } from "./measures.ts";
import type { Option } from "./option.ts";
import { type OptionKey, optionKeys, optionOf, type Values } from "./options.ts";

/** One value as the user wrote it. */
export interface Given {
  readonly text: string;
  /** Where it was written: `--port`, `-p`, `MANYCORE_PORT` or `PORT`. */
  readonly source: string;
}

export type GivenValues = ReadonlyMap<OptionKey, readonly Given[]>;

type SettledValues = Omit<Values, keyof Layout | "cores">;

/** The whole configuration. Nothing is `auto` any more but the log's format. Frozen. */
export interface Config extends SettledValues, Layout {
  /** The CPU budget. */
  readonly cores: number;
  /** Runs that may compute at the same time in one worker. */
  readonly slots: number;
  /** Knobs set by hand to something else than the mode says, such as `--workers 3`. */
  readonly overrides: readonly string[];
  /** The flag or variable that set an option. An option with its default is not in it. */
  readonly setBy: { readonly [Key in OptionKey]?: string };
}

export interface Resolved {
  /** With the default of every option whose value was refused. */
  readonly config: Config;
  readonly errors: readonly string[];
}

export function resolve(given: GivenValues, availableParallelism: number): Resolved {
  const errors: string[] = [];
  const wrong = new Set<OptionKey>();
  const parsed = optionKeys.map((key) => {
    const { value, refusals } = readOption(optionOf(key), given.get(key) ?? []);
    if (refusals.length > 0) wrong.add(key);
    errors.push(...refusals);
    return [key, value];
  });
  // Each value has just come from its own option's parser.
  const values = Object.fromEntries(parsed) as Values;
  const setBy = Object.fromEntries([...given].map(([key, [first]]) => [key, first?.source]));
  const cores = values.cores === "auto" ? Math.max(1, availableParallelism) : values.cores;
  const layout = layoutOf(values, cores);
  const areSound = (...keys: OptionKey[]) => keys.every((key) => !wrong.has(key));
  if (areSound("mode", "executor", "threads")) errors.push(...layoutErrors(layout));
  if (areSound("headersTimeoutMs", "requestTimeoutMs")) {
    errors.push(...headersTimeoutErrors(values, setBy));
  }
  const config = {
    ...{ ...values, ...layout, cores, setBy },
    slots: slotsOf(layout),
    overrides: overridesOf(values, cores),
    // Node does not serve where the headers may take longer than the whole request.
    headersTimeoutMs: Math.min(values.headersTimeoutMs, values.requestTimeoutMs),
  };
  return { config: freeze(config), errors };
}

export function freeze(config: Config): Config {
  for (const value of Object.values(config)) Object.freeze(value);
  return Object.freeze(config);
}

/** The configuration with other values. Frozen, too. */
export function withChanged(config: Config, changed: Partial<Config>): Config {
  return freeze({ ...config, ...changed });
}

/** `8000 (PORT)`: a value for a message, with where it was set. A default stands alone. */
export function withSource(value: string | number, source: string | undefined): string {
  return source === undefined ? String(value) : `${value} (${source})`;
}

/** The option's value, or its default where none was given or all were refused. */
function readOption(
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
  if (!standard.ok) throw new Error(`--${option.flag} refuses its default "${option.default}"`);
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
  const what = shownText(option.kind, text);
  return `${source}: ${what} is not allowed. ${why}Use ${option.kind.allowed}`;
}

/** A default that is too long is shortened. A value set by hand that is too long is a mistake. */
function headersTimeoutErrors(
  { headersTimeoutMs, requestTimeoutMs }: Values,
  setBy: Config["setBy"],
): string[] {
  if (setBy.headersTimeoutMs === undefined || headersTimeoutMs <= requestTimeoutMs) return [];
  return [
    `${setBy.headersTimeoutMs}: ${printDuration(headersTimeoutMs)} is longer than the request timeout ` +
      `(${printDuration(requestTimeoutMs)}), which includes the headers. Shorten it, or raise --request-timeout`,
  ];
}
