/** The command `manycore ctl`, from the command line to the exit code. */
import { ProblemError } from "../client/problem-error.ts";
import { counted } from "../config/config.ts";
import { type CtlCommand, type CtlWish, parseCtl } from "../config/ctl-arguments.ts";
import type { Environment } from "../config/environment.ts";
import { messageOf } from "../errors.ts";
import { askControl } from "./ask-control.ts";
import { hostsTable } from "./hosts-table.ts";
import { statsTable } from "./stats-table.ts";
import { readTypedToken } from "./typed-token.ts";

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** @returns the exit code */
export async function runCtl(argv: readonly string[], env: Environment): Promise<number> {
  const { stdout, stderr } = process;
  const parsed = parseCtl(argv, env);
  if (parsed.kind === "help") {
    stdout.write(parsed.text);
    return exitCodes.ok;
  }
  if (parsed.kind === "errors") {
    for (const error of parsed.errors) stderr.write(`manycore ctl: ${error}\n`);
    return exitCodes.usage;
  }
  const { wish } = parsed;
  try {
    const answer = await askControl(wish.url, wish.request, await readTypedToken(wish));
    stdout.write(wish.isRaw ? answer : inWords(wish.command, answer));
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`manycore ctl: ${explain(error, wish)}\n`);
    return exitCodes.failed;
  }
}

/** What an answer means. Each command has its own kind of answer. */
const meanings: Readonly<Record<CtlCommand, (answer: never) => string>> = {
  stats: statsTable,
  hosts: hostsTable,
  metrics: String,
  reload: ({ tookMs }: { tookMs: number }) => `Reloaded in ${(tookMs / 1000).toFixed(1)} s\n`,
  workers: ({ workers }: { workers: number }) =>
    `There ${workers === 1 ? "is" : "are"} to be ${counted(workers, "worker")}\n`,
  "log-level": ({ level }: { level: string }) => `The level of the log is ${level}\n`,
  pause: pausedLine,
  resume: pausedLine,
};

function inWords(command: CtlCommand, answer: string): string {
  const read = command === "metrics" ? answer : (JSON.parse(answer) as unknown);
  return meanings[command](read as never);
}

interface PauseAnswer {
  readonly paused: { readonly all: boolean; readonly tasks: readonly string[] };
}

function pausedLine({ paused: { all, tasks } }: PauseAnswer): string {
  if (all) return "All jobs are paused\n";
  return tasks.length > 0 ? `Paused: jobs of ${tasks.join(", ")}\n` : "No jobs are paused\n";
}

function explain(error: unknown, { url }: CtlWish): string {
  if (error instanceof ProblemError) return error.message;
  const { code } = Object(error) as { code?: unknown };
  if (code === undefined) return messageOf(error);
  const reason = messageOf(error) || String(code);
  return `${url} does not answer (${reason}). The start line of a server says where its control is; give it with --control`;
}
