/** The events of runs. They are built only where somebody listens. */
import type { RunEnded, RunOutcome, Telemetry } from "../telemetry/events.ts";
import type { RunRequest } from "./run-request.ts";

export function emitRefusal(telemetry: Telemetry, request: RunRequest, outcome: RunOutcome): void {
  if (telemetry.listenerCount("run.refused") === 0) return;
  telemetry.emit("run.refused", { ...runOf(request), outcome });
}

export function emitRunEnd(
  telemetry: Telemetry,
  request: RunRequest,
  ended: Pick<RunEnded, "queuedMs" | "heldMs" | "cpuMs" | "outcome">,
): void {
  if (telemetry.listenerCount("run.ended") === 0) return;
  telemetry.emit("run.ended", { ...runOf(request), ...ended });
}

function runOf({ task, lane, executor }: RunRequest) {
  return { task: task.name, lane, executor: executor.name };
}
