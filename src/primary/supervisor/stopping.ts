/** How the server ends: by a drain, by failing to boot, or at once. */
import { printDuration } from "../../config/config.ts";
import type { StopSignal } from "./supervision.ts";
import type { Turn } from "./turn.ts";
import { leaving, nameOf } from "./worker-handle.ts";

/**
 * A signal within this time of the first one is the same one. The terminal sends Ctrl-C to the whole
 * process group, and npm forwards it once more.
 */
export const sameSignalMs = 500;

/** Longest wait for a killed process. A system call in the kernel may delay its end. */
export const afterKillMs = 1000;

const afterKill =
  "Live runs there are lost; jobs run again while they have attempts left. " +
  "A --drain-timeout above --run-timeout lets every live run end";

const signalNumbers: Readonly<Record<StopSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Kills all workers because one cannot boot. */
export function fail(turn: Turn, message: string): void {
  const { now } = turn;
  turn.phase = "failing";
  turn.stop = { since: now, deadline: now + afterKillMs, killed: true, code: 1, message };
  turn.stopForking();
  for (const worker of turn.workers) turn.kill(worker);
}

/**
 * The first signal drains, a second one ends at once. A server that fails ends soon anyway. A second
 * SIGHUP means nothing: when a terminal closes the shell sends one, and the kernel another one when
 * the shell has ended.
 */
export function stopBySignal(turn: Turn, signal: StopSignal): void {
  if (!turn.stop) drain(turn, signal);
  else if (signal === "SIGHUP") return;
  else if (turn.phase === "draining" && turn.since(turn.stop.since) >= sameSignalMs) {
    turn.log("warn", `${signal} again: ending at once`, { signal });
    for (const worker of turn.workers) turn.kill(worker);
    turn.exit(128 + signalNumbers[signal]);
  }
}

function drain(turn: Turn, signal: StopSignal): void {
  const { now, settings } = turn;
  const deadline = now + settings.drainTimeoutMs;
  turn.phase = "draining";
  turn.stop = { since: now, deadline, killed: false, code: 0, message: undefined };
  turn.stopForking();
  const limit = printDuration(settings.drainTimeoutMs);
  const another = signal === "SIGHUP" ? "SIGTERM" : "another one";
  turn.log(
    "info",
    `${signal}: finishing what runs, for ${limit} at most; ${another} ends it at once`,
    { signal },
  );
  turn.act({ type: "stop-accepting" });
  for (const worker of turn.workers) {
    // It is finishing what it can, or drains already.
    if (worker.endsBecause !== undefined || (worker.retiredFor && worker.readyAt !== undefined)) {
      continue;
    }
    // A worker that is not ready has nothing to finish.
    if (worker.stage !== "ready") turn.kill(worker);
    else {
      turn.put(leaving(worker));
      turn.act({ type: "drain", life: worker.life, goesOn: false });
    }
  }
}

/** Kills the workers that have not drained in time. Gives up on those that a kill did not end. */
export function endOverdueStop(turn: Turn): void {
  const { stop, now } = turn;
  const left = turn.workers;
  if (!stop || now < stop.deadline || left.length === 0) return;
  const names = left.map(nameOf).join(", ");
  const fields = { workers: left.map(({ number }) => number) };
  if (stop.killed) {
    turn.log("error", `Not waiting for ${names}: killed, but not gone`, fields);
    turn.exit(stop.code, stop.message);
    return;
  }
  turn.log("error", `Killed at the drain timeout: ${names}. ${afterKill}`, fields);
  turn.stop = { ...stop, deadline: now + afterKillMs, killed: true, code: 1 };
  for (const worker of left) turn.kill(worker);
}

/** Exits once every worker is gone. */
export function endStop(turn: Turn): void {
  if (!turn.stop || turn.isOver || turn.workers.length > 0) return;
  const tookMs = turn.since(turn.stop.since);
  if (turn.stop.code === 0) turn.log("info", "Stopped", { tookMs });
  turn.exit(turn.stop.code, turn.stop.message);
}
