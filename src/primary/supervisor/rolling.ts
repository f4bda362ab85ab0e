/**
 * A roll replaces every worker, one place after the other. In each place the old life serves until
 * the new one is ready, and then drains. If a new life cannot boot, the roll has failed: the old ones
 * that are left go on.
 */
import { endInWords } from "../../telemetry/log-events.ts";
import type { Exited } from "./supervision.ts";
import type { Turn } from "./turn.ts";
import { nameOf, retiring, type WorkerHandle } from "./worker-handle.ts";

/** Begins a roll. One that is under way begins again: what it has replaced is old by now. */
export function startRoll(turn: Turn): void {
  if (turn.stop) return;
  turn.roll = { since: turn.now, lastOld: turn.lastLife };
  for (const worker of turn.workers) {
    const isAlone = !turn.workers.some((other) => isFellow(other, worker));
    // A replacement that still boots. Nobody needs it any more.
    if (worker.stage === "booting" && !isAlone) turn.kill({ ...worker, isRetired: true });
  }
  for (const place of turn.places) {
    if (place.forkAt !== undefined) turn.putPlace({ ...place, forkAt: turn.now, shortLives: 0 });
  }
}

/** Takes the next steps of the roll under way. */
export function roll(turn: Turn): void {
  if (!turn.roll || turn.stop || turn.phase !== "up") return;
  for (const worker of turn.workers) {
    const isReplaced = turn.workers.some(
      (other) => isFellow(other, worker) && other.stage === "ready" && !isOld(turn, other),
    );
    if (isReplaced && isOld(turn, worker) && worker.stage === "ready") retire(turn, worker);
  }
  if (turn.workers.some((worker) => worker.stage === "booting" && !isOld(turn, worker))) return;
  const old = turn.workers.filter((worker) => isOld(turn, worker) && worker.stage !== "leaving");
  const next = old.find(({ stage }) => stage === "ready");
  const place = turn.places.find(({ number }) => number === next?.number);
  if (place) turn.fork(place);
  else if (old.length === 0 && turn.places.every(({ forkAt }) => forkAt === undefined)) {
    endRoll(turn, undefined);
  }
}

/**
 * Hears of a life that cannot boot.
 *
 * @returns whether it was the replacement of a worker that goes on. Then the roll has failed, and
 *   nothing else is to be done
 */
export function failRoll(turn: Turn, worker: WorkerHandle, reason: string): boolean {
  if (worker.isRetired) return true;
  if (!turn.roll || turn.phase !== "up" || isOld(turn, worker)) return false;
  const goesOn = turn.workers.some((other) => isFellow(other, worker) && other.stage === "ready");
  if (!goesOn) return false;
  endRoll(turn, reason);
  return true;
}

/** Why a life that ended before it was ready could not boot, as far as it is known. */
export function bootEndInWords(worker: WorkerHandle, ending: Exited): string {
  const how = `${nameOf(worker)} ended before it was ready (${endInWords(ending)})`;
  return worker.bootError ?? ending.shortage ?? `${how}. What it wrote, if anything, is above.`;
}

function endRoll(turn: Turn, error: string | undefined): void {
  if (!turn.roll) return;
  turn.act({ type: "rolled", error, tookMs: turn.since(turn.roll.since) });
  turn.roll = undefined;
}

function retire(turn: Turn, worker: WorkerHandle): void {
  turn.put(retiring(worker, turn.now + turn.settings.drainTimeoutMs + goneMs));
  turn.act({ type: "drain", life: worker.life });
}

/** A worker that drains ends by itself after --drain-timeout. It is killed if it does not. */
const goneMs = 1000;

function isOld(turn: Turn, { life }: WorkerHandle): boolean {
  return turn.roll?.lastOld !== undefined && life <= turn.roll.lastOld;
}

/** Whether the two are lives of one place. */
function isFellow(other: WorkerHandle, worker: WorkerHandle): boolean {
  return other.number === worker.number && other.life !== worker.life;
}
