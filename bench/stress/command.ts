/** `npm run stress`, from the command line to the exit code. */
import { commandLine, typedHere } from "../command/command-line.ts";

import { readEnvironment } from "../command/environment.ts";
import { Interrupted, messageOf, RunError, TimeUp, UsageError } from "../command/failures.ts";
import { endingOf } from "../command/interruption.ts";
import { prepareOutput, writeOutput } from "../command/output.ts";
import {
  ServerDidNotStart,
  type ServerUnderTest,
  startManycore,
} from "../load/processes/server.ts";
import { ForeignHost, resolveHost } from "./loopback.ts";
import { requestsNeeded } from "./objective.ts";
import { readOptions, type StressOptions } from "./options.ts";
import { preflight } from "./preflight.ts";
import { renderStressReport } from "./report/report.ts";
import type { StressResult } from "./result.ts";
import { createSession, runSession, type Session, type Watcher } from "./session.ts";
import { summaryOf } from "./summary.ts";
import { usageText } from "./usage.ts";
import { verdictOf } from "./verdict.ts";

export interface StressIo {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  readonly watcher: Watcher & { close?: () => void };
  /** Ends the run; its reason is an `Interrupted`. */
  readonly stop: AbortController;
}

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** @returns the exit code */
export async function stress(argv: readonly string[], io: StressIo): Promise<number> {
  try {
    const options = readOptions(argv);
    if (options === null) {
      io.out(usageText());
      return exitCodes.ok;
    }
    const { taskAssumed, serverFlags } = options;
    if (taskAssumed && serverFlags.some((flag) => /^--tasks(=|$)/.test(flag))) {
      io.err("stress: hash is loaded; for a task of yours add --task NAME\n");
    }
    return await measureAndTell(argv, options, io);
  } catch (error) {
    io.watcher.close?.();
    return tell(await endingOf(error, io.stop.signal), io);
  }
}

async function measureAndTell(
  argv: readonly string[],
  options: StressOptions,
  io: StressIo,
): Promise<number> {
  const { stop, watcher } = io;
  const startedAt = new Date();
  const environment = readEnvironment();
  const begun = performance.now();
  // What is wrong with the target's host or the folder is said before anything is started.
  const addresses =
    options.url === null ? null : await resolveHost(options.url.hostname, options.owned);
  if (options.out !== null) prepareOutput(options.out);
  const endsAt = performance.now() + options.maxMs;
  const limit = setTimeout(
    () => stop.abort(new TimeUp(`its time was up (--max-seconds ${options.maxMs / 1_000})`)),
    options.maxMs,
  );
  try {
    if (options.url === null) watcher.phase("starting the server");
    await using server = options.url === null ? await startServer(options, stop.signal) : null;
    const url = options.url ?? new URL(server?.url ?? "");
    stop.signal.throwIfAborted();
    const where = addresses ?? (await resolveHost(url.hostname, options.owned));
    const aim = await preflight(url, where, options, stop.signal);
    const session = createSession(aim, options, stop, watcher, endsAt);
    const failure = await runSession(session).then(
      () => null,
      (error: unknown) => error,
    );
    io.watcher.close?.();
    const ending = await endingOf(failure, stop.signal);
    const result = resultOf(session, {
      environment,
      command: commandLine("stress", argv),
      startedAt: startedAt.toISOString(),
      durationMs: performance.now() - begun,
      stopped: ending === null ? null : { reason: messageOf(ending) },
    });
    return publish(result, ending, options, io);
  } finally {
    clearTimeout(limit);
  }
}

function publish(
  result: StressResult,
  ending: unknown,
  { json, out }: StressOptions,
  io: StressIo,
): number {
  io.out(json ? `${JSON.stringify(result)}\n` : summaryOf(result));
  try {
    const files = out === null ? [] : writeOutput(out, "stress", result, renderStressReport);
    for (const file of files) io.err(`Written: ${file}\n`);
  } catch (error) {
    io.err(`stress: ${messageOf(error)}\n`);
    return exitCodes.failed;
  }
  return ending === null || ending instanceof TimeUp ? exitCodes.ok : tell(ending, io);
}

/** One message, and the exit code. */
function tell(ending: unknown, io: StressIo): number {
  if (ending instanceof Interrupted) {
    io.err(`stress: ${ending.message}\n`);
    return ending.exitCode;
  }
  if (ending instanceof UsageError || ending instanceof ForeignHost) {
    const end = /[.?]$/.test(ending.message) ? "" : ".";
    io.err(
      `stress: ${ending.message}${end}\nRun ${typedHere("stress", "--help")} for all options.\n`,
    );
    return exitCodes.usage;
  }
  io.err(`stress: ${messageOf(ending)}\n`);
  return exitCodes.failed;
}

async function startServer(
  { serverFlags }: StressOptions,
  signal: AbortSignal,
): Promise<ServerUnderTest> {
  try {
    return await startManycore(serverFlags, signal);
  } catch (error) {
    // It has said on stderr what it does not like.
    const flags = serverFlags.length === 0 ? "" : ` with ${serverFlags.join(" ")}`;
    const message = `the server did not start${flags}: see what it says above`;
    throw error instanceof ServerDidNotStart && error.exitCode === 2
      ? new UsageError(message, { cause: error })
      : new RunError(message, { cause: error });
  }
}

function resultOf(
  { aim, options, measured }: Session,
  run: Pick<StressResult, "environment" | "command" | "startedAt" | "durationMs" | "stopped">,
): StressResult {
  const { objectives, maxRate, maxMs, connections, longestStepMs, holdMs, seed } = options;
  const unjudged = {
    format: "manycore-stress",
    formatVersion: 1,
    ...run,
    target: aim.target,
    objectives,
    plan: {
      ...{ maxRate, maxMs, connections, longestStepMs, holdMs, seed },
      requestsNeeded: requestsNeeded(objectives),
    },
    ...measured,
  } as const;
  return { ...unjudged, verdict: verdictOf(unjudged) };
}
