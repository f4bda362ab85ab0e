/** `npm run stress`, from the command line to the exit code. */

import { messageOf } from "../../src/errors.ts";
import { writeAsTyped } from "../command/as-typed.ts";
import { exitCodes, tellEnding } from "../command/ending.ts";
import { readEnvironment } from "../command/environment.ts";
import { RunError, TimeUp, UsageError } from "../command/failures.ts";
import { writeHelp } from "../command/help.ts";
import { findEnding } from "../command/interruption.ts";
import { prepareOutput, writeOutput } from "../command/output.ts";
import {
  ServerDidNotStart,
  type ServerUnderTest,
  startManycore,
} from "../load/processes/server.ts";
import { stressCommand } from "./options/command-line.ts";
import { readStressOptions, type StressOptions } from "./options/options.ts";
import { renderStressReport } from "./report/report.ts";
import type { StressResult } from "./result/result.ts";
import { createSession, runSession, type Session, type Watcher } from "./run/session.ts";
import { countRequestsNeeded } from "./search/objective.ts";
import { resolveHost } from "./target/loopback.ts";
import { inspectTarget } from "./target/preflight.ts";
import { writeSummary } from "./terminal/summary.ts";
import { tellStressVerdict } from "./verdict/verdict.ts";

export interface StressIo {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  readonly watcher: Watcher & { close?: () => void };
  /** Ends the run; its reason is an `Interrupted`. */
  readonly stop: AbortController;
}

/** @returns the exit code */
export async function runStress(argv: readonly string[], io: StressIo): Promise<number> {
  try {
    const options = readStressOptions(argv);
    if (options === null) {
      io.out(writeHelp(stressCommand));
      return exitCodes.ok;
    }
    const { taskAssumed, serverFlags } = options;
    if (taskAssumed && serverFlags.some((flag) => /^--tasks(=|$)/.test(flag))) {
      io.err("stress: hash is loaded; for a task of yours add --task NAME\n");
    }
    return await measureAndTell(argv, options, io);
  } catch (error) {
    io.watcher.close?.();
    return tellEnding(await findEnding(error, io.stop.signal), stressCommand, io.err);
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
  // A wrong host or folder is reported before anything is started.
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
    await using server =
      options.url === null ? await startLoadedServer(options, stop.signal) : null;
    const url = options.url ?? new URL(server?.url ?? "");
    stop.signal.throwIfAborted();
    const where = addresses ?? (await resolveHost(url.hostname, options.owned));
    const aim = await inspectTarget(url, where, options, stop.signal);
    const session = createSession(aim, options, stop, watcher, endsAt);
    const failure = await runSession(session).then(
      () => null,
      (error: unknown) => error,
    );
    io.watcher.close?.();
    const ending = await findEnding(failure, stop.signal);
    const result = makeResult(session, {
      environment,
      command: writeAsTyped("stress", argv),
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
  io.out(json ? `${JSON.stringify(result)}\n` : writeSummary(result));
  try {
    const files = out === null ? [] : writeOutput(out, "stress", result, renderStressReport);
    for (const file of files) io.err(`Written: ${file}\n`);
  } catch (error) {
    io.err(`stress: ${messageOf(error)}\n`);
    return exitCodes.failed;
  }
  return ending === null || ending instanceof TimeUp
    ? exitCodes.ok
    : tellEnding(ending, stressCommand, io.err);
}

async function startLoadedServer(
  { serverFlags }: StressOptions,
  signal: AbortSignal,
): Promise<ServerUnderTest> {
  try {
    return await startManycore(serverFlags, signal);
  } catch (error) {
    // The server has said on stderr what is wrong.
    const flags = serverFlags.length === 0 ? "" : ` with ${serverFlags.join(" ")}`;
    const message = `the server did not start${flags}: see what it says above`;
    throw error instanceof ServerDidNotStart && error.exitCode === 2
      ? new UsageError(message, { cause: error })
      : new RunError(message, { cause: error });
  }
}

function makeResult(
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
      requestsNeeded: countRequestsNeeded(objectives),
    },
    ...measured,
  } as const;
  return { ...unjudged, verdict: tellStressVerdict(unjudged) };
}
