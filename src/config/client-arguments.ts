/** Reads the command lines of `manycore run` and `manycore submit`. */
import { parseArgs } from "node:util";
import { startOf, typed } from "./commands.ts";
import type { Environment } from "./environment.ts";
import { explainUnknownFlag } from "./nearest.ts";
import { tokenVariable } from "./token.ts";

type ClientCommand = "run" | "submit";

/** What to send, and where. Values are as they were typed: the server checks them. */
export interface ClientWish {
  readonly task: string;
  readonly url: string;
  readonly token: string | undefined;
  /** A file that holds the token. */
  readonly tokenFile: string | undefined;
  /** JSON, `@FILE`, or `@-` for the standard input; undefined for the task's defaults. */
  readonly input: string | undefined;
  /** The media type of an input that is bytes. */
  readonly type: string | undefined;
  /** Names and values for the query, beside bytes. */
  readonly query: readonly (readonly [string, string])[];
  readonly executor: string | undefined;
  /** Where the output goes; undefined for the standard output. */
  readonly output: string | undefined;
  /** Whether to stay until the job has ended. */
  readonly wait: boolean;
  /** Fields of the job: numbers where they look like numbers. */
  readonly fields: Readonly<Record<string, string | number | readonly string[]>>;
}

export type ClientArguments =
  | { readonly kind: "ask"; readonly wish: ClientWish }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "errors"; readonly errors: readonly string[] };

const defaultUrl = "http://127.0.0.1:8000";
const urlVariable = "MANYCORE_URL";

const shared = {
  input: { type: "string" },
  type: { type: "string" },
  query: { type: "string", multiple: true },
  url: { type: "string" },
  token: { type: "string" },
  "token-file": { type: "string" },
  output: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const jobFlags = {
  priority: { type: "string" },
  "run-at": { type: "string" },
  "start-before": { type: "string" },
  "max-attempts": { type: "string" },
  "backoff-ms": { type: "string" },
  "timeout-ms": { type: "string" },
  tag: { type: "string", multiple: true },
  group: { type: "string" },
} as const;

const flags = {
  run: { ...shared, executor: { type: "string" } },
  submit: { ...shared, ...jobFlags, wait: { type: "boolean" } },
} as const;

type Values = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

/**
 * Never throws: it reports every mistake at once, a line each.
 *
 * @param argv what follows the command on the command line
 */
export function parseClient(
  command: ClientCommand,
  argv: readonly string[],
  env: Environment,
): ClientArguments {
  const options = flags[command];
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options,
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  if (values.help) return { kind: "help", text: helpOf(command, env) };
  const known = Object.keys(options);
  const errors = tokens.flatMap((token) => {
    if (token.kind !== "option") return [];
    if (!known.includes(token.name)) return [explainUnknownFlag(token.rawName, known)];
    const needsValue = options[token.name as keyof typeof options].type === "string";
    return needsValue && token.value === undefined ? [`${token.rawName} needs a value`] : [];
  });
  const [task = "", ...more] = positionals;
  if (task === "") errors.push(`Name a task: ${typed(startOf(env), command, "TASK")}`);
  // What follows an unknown flag is that flag's value: one mistake, one line.
  if (more.length > 0 && errors.length === 0)
    errors.push(`Name one task, not ${positionals.length}. The input follows --input`);
  const url = textOf(values, "url") ?? (env[urlVariable] || defaultUrl);
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    errors.push(`${JSON.stringify(url)} is no address of a server, such as ${defaultUrl}`);
  const query = listOf(values, "query").map(pairOf);
  if (query.includes(undefined)) errors.push("--query takes NAME=VALUE");
  if (errors.length > 0) return { kind: "errors", errors };
  return {
    kind: "ask",
    wish: {
      ...{ task, url, query: query.filter((pair) => pair !== undefined) },
      input: textOf(values, "input"),
      type: textOf(values, "type"),
      token: textOf(values, "token") ?? env[tokenVariable],
      tokenFile: textOf(values, "token-file"),
      executor: textOf(values, "executor"),
      output: textOf(values, "output"),
      wait: values["wait"] === true,
      fields: fieldsOf(values),
    },
  };
}

function fieldsOf(values: Values): ClientWish["fields"] {
  const fields: Record<string, string | number | readonly string[]> = {};
  for (const flag of Object.keys(jobFlags)) {
    const value = textOf(values, flag);
    const name = flag.replace(/-./g, (dashed) => dashed.slice(1).toUpperCase());
    if (value !== undefined) fields[name] = /^-?\d+$/.test(value) ? Number(value) : value;
  }
  const tags = listOf(values, "tag");
  return tags.length > 0 ? { ...fields, tags } : fields;
}

function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

function listOf(values: Values, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function pairOf(text: string): readonly [string, string] | undefined {
  const at = text.indexOf("=");
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : undefined;
}

const jobHelp = `
  --wait
      Stays until the job has ended, shows its progress, and prints its output.
      Ctrl-C ends the wait, and not the job.
  --priority N, --run-at TIME, --start-before TIME, --max-attempts N,
  --backoff-ms N, --timeout-ms N, --tag TAG, --group KEY
      Fields of the job, as in POST /jobs. --tag may come several times.`;

const runHelp = `
  --executor NAME
      inline, libuv or threads, if not where the server would run it.`;

function helpOf(command: ClientCommand, env: Environment): string {
  const does = {
    run: "runs a task of a server, and prints its output",
    submit: "submits a job to a server, and prints its id",
  };
  return `manycore ${command}: ${does[command]}

Usage:
  ${typed(startOf(env), command, "TASK [--input JSON]")}

  --input JSON | @FILE | @-
      The input: JSON, or a file, or the standard input. A task that takes bytes
      gets the file as it is. Default: the task's own defaults.
  --type TYPE
      The media type of an input that is bytes. Default: application/octet-stream
  --query NAME=VALUE
      A parameter beside bytes. May come several times.
  --output FILE
      Takes the output. Default: the standard output.
  --url URL
      The server. Default: ${defaultUrl}. Variable: ${urlVariable}${command === "run" ? runHelp : jobHelp}
  --token TOKEN, --token-file FILE
      The server's token, where it has one. Variable: ${tokenVariable}
  -h, --help
      Prints this text.
`;
}
