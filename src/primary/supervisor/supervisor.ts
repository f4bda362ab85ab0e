import type { Life } from "../../channel/life.ts";
import { printDuration } from "../../config/config.ts";
import { endOverdueHangs, takeHung, takeUnwatched } from "./hanging.ts";
import { awaitingFork, newPlace, type Place } from "./place.ts";
import { bootEndInWords, failReplacing, replace, takeWorn } from "./replacing.ts";
import { resize } from "./resizing.ts";
import { startRoll } from "./rolling.ts";
import { endOverdueStop, endStop, fail, stopBySignal } from "./stopping.ts";
import type {
  Exited,
  Step,
  SupervisorEvent,
  SupervisorSettings,
  SupervisorState,
} from "./supervision.ts";
import { fieldsOf, Turn } from "./turn.ts";
import { leaving, nameOf, ready, type WorkerHandle } from "./worker-handle.ts";

type LifeEvent = Extract<SupervisorEvent, { readonly life: Life }>;

export function initialState(workers: number): SupervisorState {
  const places = Array.from({ length: workers }, (_, index) => newPlace(index + 1));
  return {
    phase: "booting",
    places,
    workers: [],
    lastLife: undefined,
    stop: undefined,
    roll: undefined,
  };
}

/**
 * Decides what the primary does next. Pure, except for `settings.random`.
 *
 * Exit codes: 0 after a drain; 1 if no worker could boot, or if runs were lost during the drain;
 * 128 + the signal's number after a second signal.
 *
 * @param now milliseconds of a monotonic clock
 */
export function step(
  settings: SupervisorSettings,
  state: SupervisorState,
  event: SupervisorEvent,
  now: number,
): Step {
  if (state.phase === "ended") return { state, actions: [], wakeAt: undefined };
  const turn = new Turn(settings, state, now);
  take(turn, event);
  if (!turn.isOver) check(turn);
  return turn.step();
}

function take(turn: Turn, event: SupervisorEvent): void {
  if (event.type === "start") start(turn);
  else if (event.type === "signal") stopBySignal(turn, event.signal);
  else if (event.type === "roll") startRoll(turn);
  else if (event.type === "resize") resize(turn, event.workers);
  else if (event.type !== "wake") takeFromWorker(turn, event);
}

function takeFromWorker(turn: Turn, event: LifeEvent): void {
  const worker = turn.workers.find(({ life }) => life === event.life);
  if (!worker) return;
  if (event.type === "forked") takeForked(turn, { ...worker, pid: event.pid });
  else if (event.type === "exited") takeEnding(turn, worker, event);
  else if (worker.stage !== "booting") takeFromReady(turn, worker, event);
  else if (event.type === "ready") takeReady(turn, worker);
  else if (event.type === "boot-step") turn.put({ ...worker, bootStep: event.step });
  else if (event.type === "boot-failed") giveUp(turn, worker, event.message);
}

/** Not while a worker boots: its boot has a deadline anyway, and it runs nothing. */
function takeFromReady(turn: Turn, worker: WorkerHandle, event: LifeEvent): void {
  if (event.type === "hung") takeHung(turn, worker, event.message);
  else if (event.type === "unwatched") takeUnwatched(turn, worker);
  else if (event.type === "worn") takeWorn(turn, worker, event.reason);
}

/** Does what is due after each event, in a fixed order. */
function check(turn: Turn): void {
  endOverdueBoots(turn);
  endOverdueHangs(turn);
  endOverdueStop(turn);
  forkDue(turn);
  announce(turn);
  replace(turn);
  endStop(turn);
}

function start(turn: Turn): void {
  if (turn.phase !== "booting") return;
  for (const place of turn.places) {
    const isFilled = turn.workers.some(({ number }) => number === place.number);
    if (!isFilled) turn.putPlace({ ...place, forkAt: turn.now });
  }
}

function takeForked(turn: Turn, worker: WorkerHandle): void {
  turn.put(worker);
  const event = { ...fieldsOf(worker), level: "debug" } as const;
  turn.act({ type: "emit", name: "worker.forked", event });
}

function takeReady(turn: Turn, worker: WorkerHandle): void {
  turn.put(ready(worker, turn.now));
  const level = turn.phase === "up" && !turn.roll ? "info" : "debug";
  const event = { ...fieldsOf(worker), bootMs: turn.since(worker.forkedAt), level } as const;
  turn.act({ type: "emit", name: "worker.ready", event });
}

function takeEnding(turn: Turn, worker: WorkerHandle, ending: Exited): void {
  const empty = turn.remove(worker);
  if (turn.stop) {
    const expected = ending.code === 0 || turn.stop.killed || worker.readyAt === undefined;
    turn.emitEnding(levelOf(worker, expected), worker, ending);
    // Its runs are lost, so the stop was not clean.
    if (!expected) turn.stop = { ...turn.stop, code: turn.stop.code || 1 };
    return;
  }
  const { now, settings } = turn;
  const next = empty && awaitingFork(empty, worker, ending.hadJob, now, settings.random());
  if (next) turn.putPlace(next);
  const bootError = worker.bootError ?? ending.shortage;
  const couldNotBoot = worker.readyAt === undefined;
  if (couldNotBoot && failReplacing(turn, worker, bootEndInWords(worker, ending))) {
    turn.emitEnding("debug", worker, ending, { bootError });
  } else if (couldNotBoot && !isEndedFromOutside(turn, worker, ending) && isHopeless(turn)) {
    fail(turn, bootEndInWords(worker, ending));
  } else {
    const respawnInMs = next?.forkAt === undefined ? undefined : next.forkAt - now;
    const isNews = !worker.retiredFor || ending.code !== 0;
    const level = ending.code !== 0 ? "error" : isNews ? "warn" : "debug";
    turn.emitEnding(level, worker, ending, { bootError, respawnInMs });
  }
}

function levelOf({ endsBecause }: WorkerHandle, isExpected: boolean): "debug" | "warn" | "error" {
  if (endsBecause !== undefined) return "error";
  return isExpected ? "debug" : "warn";
}

/**
 * Whether something outside ended the boot, or did not let it begin, such as the system for want of
 * memory. A server that has been up survives that: the next boot may succeed.
 */
function isEndedFromOutside(turn: Turn, { bootError }: WorkerHandle, ending: Exited): boolean {
  const isFromOutside = ending.signal !== null || ending.shortage !== undefined;
  return turn.phase === "up" && isFromOutside && bootError === undefined;
}

/** Ends a worker that cannot boot: it said so, or its time is over. */
function giveUp(turn: Turn, worker: WorkerHandle, reason: string): void {
  const retiredFor = failReplacing(turn, worker, reason) ? "not-ready" : worker.retiredFor;
  turn.put({ ...leaving(worker, reason), retiredFor });
  if (isHopeless(turn)) fail(turn, reason);
  else turn.act({ type: "kill", life: worker.life });
}

/**
 * Whether a worker that cannot boot ends the server: the server was never up, or no other worker is
 * ready. Otherwise the worker is tried again later.
 */
function isHopeless(turn: Turn): boolean {
  return turn.phase === "booting" || !turn.workers.some(({ stage }) => stage === "ready");
}

function endOverdueBoots(turn: Turn): void {
  const limit = printDuration(turn.settings.bootTimeoutMs);
  for (const worker of turn.workers) {
    // An earlier worker of this loop may have ended the server.
    if (turn.stop || worker.stage !== "booting" || !turn.isDue(worker.dueAt)) continue;
    giveUp(turn, worker, `${nameOf(worker)} was not ready within ${limit}${slowBoot(worker)}`);
  }
}

function slowBoot({ bootStep }: WorkerHandle): string {
  return bootStep === ""
    ? ". Either the machine is busy: raise --boot-timeout. Or a task module never finishes loading."
    : `: the ${bootStep} has not ended. Mend it, or raise --boot-timeout if it needs longer.`;
}

function forkDue(turn: Turn): void {
  for (const place of turn.places) {
    if (turn.stop || !turn.isDue(place.forkAt)) continue;
    turn.putPlace({ ...place, forkAt: undefined });
    turn.fork(place);
  }
}

function announce(turn: Turn): void {
  const isReady = ({ number }: Place) =>
    turn.workers.some((worker) => worker.number === number && worker.stage === "ready");
  if (turn.phase !== "booting" || !turn.places.every(isReady)) return;
  turn.phase = "up";
  turn.act({ type: "announce" });
}
