/** Workers that must end because a run in them does not, or because nothing watches them. */
import type { Turn } from "./turn.ts";
import { leaving, type WorkerHandle } from "./worker-handle.ts";

/** A worker that hangs has so long to end, on top of --hang-timeout. Then it is killed. */
const goneMs = 1000;

/** The worker ends by itself. It is killed if it does not. */
export function takeHung(turn: Turn, worker: WorkerHandle, message: string): void {
  const dueAt = turn.now + turn.settings.hangTimeoutMs + goneMs;
  turn.put({ ...leaving(worker), dueAt, endsBecause: worker.endsBecause ?? message });
}

/**
 * The watchdog of the worker has ended. As a rule the worker ends at the same time. But threads in
 * native code can delay its end, and nothing in it is left to notice that.
 */
export function takeUnwatched(turn: Turn, worker: WorkerHandle): void {
  turn.put({ ...worker, dueAt: worker.dueAt ?? turn.now + turn.settings.hangTimeoutMs });
}

export function endOverdueHangs(turn: Turn): void {
  for (const worker of turn.workers) {
    if (worker.stage === "booting" || !turn.isDue(worker.dueAt)) continue;
    const overdue = worker.retiredFor
      ? "it had not drained within --drain-timeout"
      : "its watchdog had ended, and it had not";
    const endsBecause = worker.endsBecause ?? overdue;
    turn.put({ ...leaving(worker), endsBecause });
    turn.act({ type: "kill", life: worker.life });
  }
}
