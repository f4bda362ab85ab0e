/** Reads the command line of `manycore backup`. */
import { parseArgs } from "node:util";
import { explainKept, isKeptByNpm, startOf, typed } from "./commands.ts";
import type { Environment } from "./environment.ts";
import { type FileSettings, noSettings } from "./file/settings.ts";
import { shownText } from "./kind.ts";
import { variableOf } from "./option.ts";
import { optionOf } from "./options.ts";
import type { QueueLocation } from "./queue-location.ts";

export type BackupArguments =
  /** `path` of the queue's file, and of the backup that is to be made. */
  | { readonly kind: "back-up"; readonly path: string; readonly target: string }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "errors"; readonly errors: readonly string[] };

/**
 * Never throws: it reports every mistake at once, a line each.
 *
 * @param argv what follows `backup` on the command line
 * @param file what the configuration file of the server sets
 */
export function parseBackup(
  argv: readonly string[],
  env: Environment,
  file: FileSettings = noSettings,
): BackupArguments {
  const start = startOf(env);
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: { queue: { type: "string" }, help: { type: "boolean", short: "h" } },
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  if (values.help) return { kind: "help", text: backupHelp(env) };
  const errors = tokens.flatMap((token) =>
    token.kind === "option" && token.name !== "queue"
      ? [`${token.rawName} is unknown. Use --queue or --help`]
      : [],
  );
  const { flag } = optionOf("queue");
  if (isKeptByNpm(flag, env)) {
    errors.push(explainKept(flag, typed(start, "backup", "--queue sqlite:PATH FILE")));
  }
  const [target = "", ...more] = positionals;
  if (target === "") {
    errors.push(`Name the file of the backup: ${typed(start, "backup", "FILE")}`);
  }
  if (more.length > 0) errors.push(`Name one file, not ${positionals.length}`);
  const queue = readQueue(values.queue, env, file);
  if (typeof queue === "string") errors.push(queue);
  else if (queue.kind === "none") errors.push("There is no queue to back up: --queue is none");
  else if (queue.kind === "redis") {
    errors.push(
      `The jobs are in ${queue.shown}: back up that Redis (its append-only file, BGSAVE)`,
    );
  } else if (errors.length === 0) return { kind: "back-up", path: queue.path, target };
  return { kind: "errors", errors };
}

/** @returns a text that says what is wrong with it */
function readQueue(
  flag: string | boolean | undefined,
  env: Environment,
  file: FileSettings,
): QueueLocation | string {
  const option = optionOf("queue");
  const variable = variableOf(option);
  const ofFile = file.given.get("queue")?.[0] ?? { text: option.default, source: "" };
  const given =
    flag !== undefined
      ? { text: flag === true ? "" : String(flag), source: `--${option.flag}` }
      : env[variable]
        ? { text: env[variable], source: variable }
        : ofFile;
  if (given === ofFile && file.errors.length > 0) return file.errors.join("\n");
  const { text, source } = given;
  const parsed = option.kind.parse(text);
  if (parsed.ok) return parsed.value as QueueLocation;
  const remedy = parsed.reason ?? `Use ${option.kind.allowed}`;
  return `${source}: ${shownText(option.kind, text)} is not allowed. ${remedy}`;
}

function backupHelp(env: Environment): string {
  const option = optionOf("queue");
  return `manycore backup: copies the queue's file while a server uses it, or while none does

Usage:
  ${typed(startOf(env), "backup", "[--queue QUEUE] FILE")}

The copy is checked, and FILE appears when it is whole. A FILE that exists is not
overwritten. A server on FILE goes on with the jobs as they were at the end of the
copying: those that were running then run again.

  --queue QUEUE
      Where the jobs are kept: ${option.kind.allowed}.
      Default: that of the configuration file, or ${option.default}.
      Variable: ${variableOf(option)}
  -h, --help
      Prints this text.
`;
}
