/** Workers that have to end because a run in them does not, or because nobody watches them. */
import type { Turn } from "./turn.ts";
import { leaving, type WorkerHandle } from "./worker-handle.ts";

/** On top of its `--hang-timeout`, for a worker that ends because of a run to be gone. */
const goneMs = 1000;

/** It ends by itself, and is killed where even that fails. */
export function takeHung(turn: Turn, worker: WorkerHandle, message: string): void {
  const dueAt = turn.now + turn.settings.hangTimeoutMs + goneMs;
  turn.put({ ...leaving(worker), dueAt, endsBecause: worker.endsBecause ?? message });
}

/**
 * Its watchdog is gone. The worker itself should be within moments; but threads in native code can
 * hold up its end, and then nothing in it is left to see that.
 */
export function takeUnwatched(turn: Turn, worker: WorkerHandle): void {
  turn.put({ ...worker, dueAt: worker.dueAt ?? turn.now + turn.settings.hangTimeoutMs });
}

export function endOverdueHangs(turn: Turn): void {
  for (const worker of turn.workers) {
    if (worker.stage === "booting" || !turn.isDue(worker.dueAt)) continue;
    const endsBecause = worker.endsBecause ?? "its watchdog had ended, and it had not";
    turn.put({ ...leaving(worker), endsBecause });
    turn.act({ type: "kill", life: worker.life });
  }
}
