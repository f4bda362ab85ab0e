/** The command `manycore backup`, from the command line to the exit code. */
import { setPriority } from "node:os";
import { parseBackup } from "./config/backup-arguments.ts";
import type { Environment } from "./config/environment.ts";
import { readConfigFile } from "./config/file/read-file.ts";
import { variableOf } from "./config/option.ts";
import { optionOf } from "./config/options.ts";
import { messageOf } from "./errors.ts";
import { type BackupWatcher, backUp } from "./jobs/sqlite/backup/back-up.ts";
import { removeCopy } from "./jobs/sqlite/backup/write-copy.ts";

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

const configVariable = variableOf(optionOf("configFile"));

/** Niceness of this process: the server and its jobs have the CPU first. */
const nice = 10;

/** @returns the exit code */
export async function runBackup(argv: readonly string[], env: Environment): Promise<number> {
  const { stdout, stderr } = process;
  const chosen = env[configVariable];
  const given = chosen ? { text: chosen, source: configVariable } : undefined;
  const parsed = parseBackup(argv, env, await readConfigFile(given));
  if (parsed.kind === "help") {
    stdout.write(parsed.text);
    return exitCodes.ok;
  }
  if (parsed.kind === "errors") {
    for (const error of parsed.errors) stderr.write(`manycore backup: ${error}\n`);
    return exitCodes.usage;
  }
  const { path, target } = parsed;
  setPriority(nice);
  try {
    const { jobs, bytes } = await backUp(path, target, watcher(stderr.isTTY));
    stdout.write(`${target}: ${jobs} jobs, ${toMb(bytes)} MB, checked\n`);
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`manycore backup: ${messageOf(error)}\n`);
    return exitCodes.failed;
  }
}

function watcher(isTerminal: boolean): BackupWatcher {
  const draw = (text: string) => {
    if (isTerminal) process.stderr.write(`\r\u001B[K${text}`);
  };
  const parts: string[] = [];
  process.once("exit", () => {
    for (const part of parts) removeCopy(part);
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      for (const part of parts) removeCopy(part);
      process.kill(process.pid, signal); // No handler is left, so the signal ends this process.
    });
  }
  return {
    onProgress: (done, total) => draw(`copied ${Math.floor((100 * done) / total)} %`),
    onCheck: () => draw("checking the copy ..."),
    onPart: (part) => parts.push(part),
  };
}

function toMb(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
