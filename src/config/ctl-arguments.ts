/** Reads the command line of `manycore ctl`. */
import { parseArgs } from "node:util";
import { startOf, typed } from "./commands.ts";
import { controlAddress } from "./control-address.ts";
import type { Environment } from "./environment.ts";
import { explainUnknownFlag, nearest } from "./nearest.ts";
import { logLevels } from "./options/log.ts";
import { tokenVariable } from "./token.ts";
import { urlOf } from "./url-of.ts";

/** What to ask of control. */
export interface CtlRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
}

export interface CtlWish {
  readonly command: CtlCommand;
  readonly request: CtlRequest;
  /** Of control, without a path. */
  readonly url: string;
  readonly token: string | undefined;
  /** A file that holds the token. */
  readonly tokenFile: string | undefined;
  /** Whether to print the answer as it came. */
  readonly isRaw: boolean;
}

export type CtlArguments =
  | { readonly kind: "ask"; readonly wish: CtlWish }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "errors"; readonly errors: readonly string[] };

const defaultUrl = "http://127.0.0.1:8001";
const urlVariable = "MANYCORE_CONTROL";

const flags = {
  control: { type: "string" },
  token: { type: "string" },
  "token-file": { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** The words after each command, and the request that they make; undefined where they are wrong. */
const commands = {
  stats: { words: "", request: get("/stats") },
  hosts: { words: "", request: get("/hosts") },
  metrics: { words: "", request: get("/metrics") },
  reload: { words: "", request: post("/reload") },
  workers: { words: "+1|-1", request: changeWorkers },
  "log-level": { words: "LEVEL", request: setLogLevel },
  pause: { words: "[TASK]", request: ofTask("/pause") },
  resume: { words: "[TASK]", request: ofTask("/resume") },
} as const satisfies Record<string, { readonly words: string; readonly request: ToRequest }>;

export type CtlCommand = keyof typeof commands;

type ToRequest = (words: readonly string[]) => CtlRequest | undefined;

const names = Object.keys(commands) as CtlCommand[];

/** `-1` is no flag here. */
const oneLess = "one-less";

/**
 * Never throws: it reports every mistake at once, a line each.
 *
 * @param argv what follows `ctl` on the command line
 */
export function parseCtl(argv: readonly string[], env: Environment): CtlArguments {
  const { values, positionals, tokens } = parseArgs({
    args: argv.map((word) => (word === "-1" ? oneLess : word)),
    options: flags,
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  if (values.help) return { kind: "help", text: ctlHelp(env) };
  const errors = tokens.flatMap((token) => {
    if (token.kind !== "option") return [];
    if (!Object.hasOwn(flags, token.name))
      return [explainUnknownFlag(token.rawName, Object.keys(flags))];
    const needsValue = flags[token.name as keyof typeof flags].type === "string";
    return needsValue && token.value === undefined ? [`${token.rawName} needs a value`] : [];
  });
  const [name = "", ...words] = positionals.map((word) => (word === oneLess ? "-1" : word));
  const command = names.find((each) => each === name);
  if (!command) errors.push(unknownCommand(name, env));
  const request = command && commands[command].request(words);
  if (command && !request) errors.push(`Type: ${usageOf(command, env)}`);
  const given = textOf(values.control) ?? env[urlVariable];
  const url = readUrl(given);
  if (url === undefined) errors.push(`--control: "${given}" is no address, such as ${defaultUrl}`);
  if (errors.length > 0 || !command || !request || !url) return { kind: "errors", errors };
  const token = textOf(values.token) ?? env[tokenVariable];
  const isRaw = values.json === true;
  const tokenFile = textOf(values["token-file"]);
  return { kind: "ask", wish: { command, request, url, token, tokenFile, isRaw } };
}

function get(path: string): ToRequest {
  return (words) => (words.length === 0 ? { method: "GET", path } : undefined);
}

function post(path: string): ToRequest {
  return (words) => (words.length === 0 ? { method: "POST", path } : undefined);
}

function changeWorkers([change, ...more]: readonly string[]): CtlRequest | undefined {
  if (more.length > 0 || (change !== "+1" && change !== "-1")) return undefined;
  return { method: "POST", path: `/workers/${change}` };
}

function setLogLevel([level, ...more]: readonly string[]): CtlRequest | undefined {
  if (more.length > 0 || !logLevels.some((each) => each === level)) return undefined;
  return { method: "POST", path: "/log-level", body: { level } };
}

function ofTask(path: string): ToRequest {
  return ([task, ...more]) => {
    if (more.length > 0) return undefined;
    return { method: "POST", path, ...(task !== undefined && { body: { task } }) };
  };
}

/** A URL, or an address as the server's `--control` takes it. */
function readUrl(given = "auto"): string | undefined {
  if (/^https?:\/\//.test(given)) return URL.parse(given)?.origin;
  const parsed = controlAddress.parse(given);
  if (!parsed.ok) return undefined;
  if (parsed.value.kind !== "at") return defaultUrl;
  return urlOf(parsed.value.host, parsed.value.port);
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function unknownCommand(name: string, env: Environment): string {
  if (name === "") return `Say what to do: ${typed(startOf(env), "ctl", names.join("|"))}`;
  const meant = nearest(name, names);
  const advice = meant === undefined ? `Use ${names.join(", ")}` : `Did you mean ${meant}?`;
  return `${JSON.stringify(name)} is no command of ctl. ${advice}`;
}

function usageOf(command: CtlCommand, env: Environment): string {
  const { words } = commands[command];
  const allowed = command === "log-level" ? logLevels.join("|") : words;
  return typed(startOf(env), "ctl", [command, allowed].filter(Boolean).join(" "));
}

function ctlHelp(env: Environment): string {
  const usage = (command: CtlCommand) => [command, commands[command].words].join(" ");
  const lines = names.map((name) => `  ${usage(name).padEnd(18)}${does[name]}`);
  return `manycore ctl: looks at a server that runs, and operates it

Usage:
  ${typed(startOf(env), "ctl", "COMMAND [FLAGS]")}

${lines.join("\n")}

  --control ADDRESS
      Where control listens, as the server's start line says: a URL, HOST:PORT or
      PORT. Default: ${defaultUrl}. Variable: ${urlVariable}
  --token TOKEN, --token-file FILE
      The server's token, where it has one. Variable: ${tokenVariable}
  --json
      Prints the answer as it came.
  -h, --help
      Prints this text.
`;
}

const does: Readonly<Record<CtlCommand, string>> = {
  stats: "what every worker does",
  hosts: "this host, and the others that share its queue",
  metrics: "the metrics, as Prometheus reads them",
  reload: "reads the configuration and the tasks again, and replaces the workers",
  workers: "one worker more, or one less",
  "log-level": `${logLevels.join(", ")}`,
  pause: "starts no more jobs, of all tasks or of one",
  resume: "starts jobs again",
};
