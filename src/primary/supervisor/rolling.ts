/**
 * A roll replaces every worker, one place after the other, by the road of replacing.ts. If a new life
 * cannot boot, the roll has failed: the old ones that are left go on.
 */
import type { Turn } from "./turn.ts";
import { isFellow, type WorkerHandle } from "./worker-handle.ts";

/** Begins a roll. One that is under way begins again: what it has replaced is old by now. */
export function startRoll(turn: Turn): void {
  if (turn.stop) return;
  turn.roll = { since: turn.now, lastOld: turn.lastLife };
  callOffReplacement(turn);
  for (const place of turn.places) {
    if (place.forkAt !== undefined) turn.putPlace({ ...place, forkAt: turn.now, shortLives: 0 });
  }
}

/** A new life could not boot, in a place where no other one serves. The old ones that are left go on. */
export function failRoll(turn: Turn, reason: string): void {
  if (!turn.roll) return;
  endRoll(turn, reason);
  callOffReplacement(turn);
}

/** Nobody needs a replacement that still boots. */
function callOffReplacement(turn: Turn): void {
  for (const worker of [...turn.workers]) {
    const isAlone = !turn.workers.some((other) => isFellow(other, worker));
    if (worker.stage === "booting" && !isAlone) turn.retire(worker, "reloaded");
  }
}

export function endRoll(turn: Turn, error: string | undefined): void {
  if (!turn.roll) return;
  turn.act({ type: "rolled", error, tookMs: turn.since(turn.roll.since) });
  turn.roll = undefined;
}

/** Whether the roll under way is to replace this life. */
export function isOld(turn: Turn, { life }: WorkerHandle): boolean {
  return turn.roll?.lastOld !== undefined && life <= turn.roll.lastOld;
}
