/** The events of runs. They are built only where somebody listens. */
import type { RunEnded, RunOutcome, RunStarted, Telemetry } from "../telemetry/events.ts";
import type { RanElsewhere } from "./queued-run.ts";
import { outcomeOf } from "./run-outcome.ts";
import type { RunRequest } from "./run-request.ts";

/** A run that was to be borrowed waits in its own worker again: nobody was refused. */
export function emitRefusal(telemetry: Telemetry, request: RunRequest, outcome: RunOutcome): void {
  if (request.borrowed || telemetry.listenerCount("run.refused") === 0) return;
  telemetry.emit("run.refused", { ...runOf(request), outcome });
}

/** The caller has looked whether somebody listens. */
export function emitRunStart(
  telemetry: Telemetry,
  request: RunRequest,
  started: Pick<RunStarted, "run" | "queuedMs">,
): void {
  const isBorrowed = request.borrowed !== undefined;
  const { sharesLoop } = request.executor;
  telemetry.emit("run.started", { ...runOf(request), ...started, isBorrowed, sharesLoop });
}

export function emitRunEnd(
  telemetry: Telemetry,
  request: RunRequest,
  ended: Omit<RunEnded, "task" | "lane" | "executor" | "isBorrowed">,
): void {
  if (telemetry.listenerCount("run.ended") === 0) return;
  const isBorrowed = request.borrowed !== undefined;
  telemetry.emit("run.ended", { ...runOf(request), ...ended, isBorrowed });
}

export function emitEndElsewhere(
  telemetry: Telemetry,
  request: RunRequest,
  ran: RanElsewhere,
): void {
  if (telemetry.listenerCount("run.ended-elsewhere") === 0) return;
  const outcome = outcomeOf("error" in ran ? ran.error : undefined);
  telemetry.emit("run.ended-elsewhere", { ...runOf(request), outcome });
}

function runOf({ task, lane, executor }: RunRequest) {
  return { task: task.name, lane, executor: executor.name };
}
