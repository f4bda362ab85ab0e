/**
 * The one road on which a worker is replaced while the server goes on: for a reload (rolling.ts), or
 * because it has had enough. The old life serves until the new one is ready, and then drains. One
 * place follows the other. If a new life cannot boot, the old one goes on.
 */
import type { WearReason } from "../../channel/supervision.ts";
import type { RetireReason } from "../../telemetry/events.ts";
import { endInWords } from "../../telemetry/log-events.ts";
import { endRoll, failRoll, isOld } from "./rolling.ts";
import type { Exited } from "./supervision.ts";
import type { Turn } from "./turn.ts";
import { isFellow, nameOf, type WorkerHandle } from "./worker-handle.ts";

/** Pause before another try to replace a worker, after a replacement that could not boot. */
const nextTryMs = 30_000;

const wearInWords: Readonly<Record<WearReason, string>> = {
  memory: "it has more memory than --max-rss",
  runs: "it has done as many runs as --max-runs",
};

/** The worker has had enough. */
export function takeWorn(turn: Turn, worker: WorkerHandle, reason: WearReason): void {
  if (worker.stage !== "ready" || worker.worn) return;
  turn.put({ ...worker, worn: { reason, dueAt: turn.now } });
  const { number, life } = worker;
  const fields = { worker: number, life, reason };
  turn.log("info", `${nameOf(worker)} is to be replaced: ${wearInWords[reason]}`, fields);
}

/** Takes the next steps of the replacements under way. */
export function replace(turn: Turn): void {
  if (turn.stop || turn.phase !== "up") return;
  for (const worker of turn.workers) {
    const reason = reasonToReplace(turn, worker);
    if (reason && turn.workers.some((other) => hasTakenOver(other, worker))) {
      turn.retire(worker, reason);
    }
  }
  // One after the other: so only few processes are there at a time.
  if (turn.workers.some((worker) => worker.stage === "booting" && !isOld(turn, worker))) return;
  const isOver = turn.workers.every((worker) => !isOld(turn, worker) || worker.stage === "leaving");
  if (isOver && turn.places.every(({ forkAt }) => forkAt === undefined)) endRoll(turn, undefined);
  const replaceable = turn.workers.filter((worker) => reasonToReplace(turn, worker) !== undefined);
  const next = replaceable.find((worker) => isOld(turn, worker)) ?? replaceable[0];
  const place = turn.places.find(({ number }) => number === next?.number);
  if (place) turn.fork(place);
}

/**
 * Hears of a life that cannot boot.
 *
 * @returns whether it was the replacement of a worker that goes on, or is not needed any more. Then
 *   nothing else is to be done
 */
export function failReplacing(turn: Turn, worker: WorkerHandle, reason: string): boolean {
  if (worker.retiredFor) return true;
  if (turn.phase !== "up" || isOld(turn, worker)) return false;
  const former = turn.workers.find((other) => isFellow(other, worker) && other.stage === "ready");
  if (!former || reasonToReplace(turn, former) === undefined) {
    failRoll(turn, reason); // The place is tried again.
    return false;
  }
  if (former.worn) {
    turn.put({ ...former, worn: { ...former.worn, dueAt: turn.now + nextTryMs } });
  }
  if (turn.roll) endRoll(turn, reason);
  else {
    const fields = { worker: former.number, life: former.life };
    turn.log("error", `Not replaced, ${nameOf(former)} goes on: ${reason}`, fields);
  }
  return true;
}

/** Why a life that ended before it was ready could not boot, as far as it is known. */
export function bootEndInWords(worker: WorkerHandle, ending: Exited): string {
  const how = `${nameOf(worker)} ended before it was ready (${endInWords(ending)})`;
  return worker.bootError ?? ending.shortage ?? `${how}. What it wrote, if anything, is above.`;
}

/** Undefined where the worker is to go on, or ends anyway. */
function reasonToReplace(turn: Turn, worker: WorkerHandle): RetireReason | undefined {
  if (worker.stage !== "ready") return undefined;
  if (isOld(turn, worker)) return "reloaded";
  return turn.isDue(worker.worn?.dueAt) ? worker.worn?.reason : undefined;
}

function hasTakenOver(other: WorkerHandle, worker: WorkerHandle): boolean {
  return isFellow(other, worker) && other.stage === "ready" && other.life > worker.life;
}
