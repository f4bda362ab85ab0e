import { type Life, nextLife } from "../../channel/life.ts";
import type { EndReason, RetireReason } from "../../telemetry/events.ts";
import type { Place } from "./place.ts";
import type {
  ProcessEnd,
  Roll,
  Step,
  Stop,
  SupervisorAction,
  SupervisorSettings,
  SupervisorState,
} from "./supervision.ts";
import { booting, leaving, retiring, type WorkerHandle } from "./worker-handle.ts";

type LogAction = SupervisorAction & { readonly type: "log" };

/** One step of the supervisor in the making: a copy of the state, and the actions so far. */
export class Turn {
  readonly settings: SupervisorSettings;
  readonly now: number;
  readonly places: Place[];
  /** Every life that has a process, the oldest first. */
  readonly workers: WorkerHandle[];
  phase: SupervisorState["phase"];
  stop: Stop | undefined;
  roll: Roll | undefined;
  #lastLife: Life | undefined;
  readonly #actions: SupervisorAction[] = [];

  constructor(settings: SupervisorSettings, state: SupervisorState, now: number) {
    this.settings = settings;
    this.now = now;
    this.places = [...state.places];
    this.workers = [...state.workers];
    this.phase = state.phase;
    this.stop = state.stop;
    this.roll = state.roll;
    this.#lastLife = state.lastLife;
  }

  get lastLife(): Life | undefined {
    return this.#lastLife;
  }

  get isOver(): boolean {
    return this.phase === "ended";
  }

  isDue(time: number | undefined): boolean {
    return time !== undefined && this.now >= time;
  }

  /** Replaces the handle of this life. */
  put(worker: WorkerHandle): void {
    const index = this.workers.findIndex(({ life }) => life === worker.life);
    if (index !== -1) this.workers[index] = worker;
  }

  putPlace(place: Place): void {
    const index = this.places.findIndex(({ number }) => number === place.number);
    this.places[index] = place;
  }

  /** Begins a life in a place. */
  fork({ number }: Place): void {
    this.#lastLife = nextLife(this.#lastLife);
    this.workers.push(booting(this.#lastLife, number, this.now, this.settings.bootTimeoutMs));
    this.act({ type: "fork", life: this.#lastLife, number });
  }

  /**
   * Ends a life.
   *
   * @returns its place, where it leaves it empty. One that was retired has left it before, to another
   */
  remove(worker: WorkerHandle): Place | undefined {
    const index = this.workers.findIndex(({ life }) => life === worker.life);
    this.workers.splice(index, 1);
    const { number, retiredFor } = worker;
    const fills = (other: WorkerHandle) => other.number === number && !other.retiredFor;
    if (retiredFor || this.workers.some(fills)) return undefined;
    return this.places.find((place) => place.number === number);
  }

  /** No place is filled again. */
  stopForking(): void {
    for (const place of this.places) this.putPlace({ ...place, forkAt: undefined });
  }

  act(...actions: readonly SupervisorAction[]): void {
    this.#actions.push(...actions);
  }

  log(level: LogAction["level"], message: string, fields: LogAction["fields"]): void {
    this.act({ type: "log", level, message, fields });
  }

  emitEnding(
    level: LogAction["level"],
    worker: WorkerHandle,
    ending: ProcessEnd,
    more: {
      readonly bootError?: string | undefined;
      readonly respawnInMs?: number | undefined;
    } = {},
  ): void {
    const { code, signal } = ending;
    const { forkedAt, endsBecause } = worker;
    const reason = reasonOf(worker, this.stop, ending);
    const ended = { reason, code, signal, uptimeMs: this.since(forkedAt), because: endsBecause };
    const event = { ...fieldsOf(worker), ...ended, ...more, level };
    this.act({ type: "emit", name: "worker.ended", event });
  }

  kill(worker: WorkerHandle): void {
    this.put(leaving(worker, worker.bootError));
    this.act({ type: "kill", life: worker.life });
  }

  /** Ends a life that is not needed any more: it drains, or is killed if it still boots. */
  retire(worker: WorkerHandle, reason: RetireReason): void {
    if (worker.stage === "booting") this.kill({ ...worker, retiredFor: reason });
    if (worker.stage !== "ready") return;
    this.put(retiring(worker, reason, this.now + this.settings.drainTimeoutMs + goneMs));
    this.act({ type: "drain", life: worker.life, goesOn: true });
  }

  exit(code: number, message?: string): void {
    this.phase = "ended";
    this.act({ type: "exit", code, message });
  }

  /** Whole milliseconds. */
  since(time: number): number {
    return Math.round(this.now - time);
  }

  step(): Step {
    const { phase, places, workers, stop, roll } = this;
    const state = { phase, places, workers, stop, roll, lastLife: this.#lastLife };
    const forks = places.map(({ forkAt }) => forkAt);
    const worn = workers.map((worker) => worker.worn?.dueAt);
    // What is due by now, and had to wait for something else, needs no wake.
    const later = worn.filter((time) => time !== undefined && time > this.now);
    const times = [...forks, ...workers.map(({ dueAt }) => dueAt), ...later, stop?.deadline];
    const next = Math.min(...times.filter((time) => time !== undefined));
    const wakeAt = this.isOver || next === Number.POSITIVE_INFINITY ? undefined : next;
    return { state, actions: this.#actions, wakeAt };
  }
}

/** A worker that drains ends by itself after --drain-timeout. It is killed if it does not. */
const goneMs = 1000;

/** Why a life has ended, for the log and the metrics. */
function reasonOf(worker: WorkerHandle, stop: Stop | undefined, ending: ProcessEnd): EndReason {
  const { retiredFor, endsBecause, readyAt, stage } = worker;
  // It was to end, but not like this.
  const isBroken = stage !== "leaving" || (ending.code !== 0 && ending.code !== null);
  if (readyAt === undefined)
    return retiredFor ?? (stop && !worker.bootError ? "stopped" : "not-ready");
  if (retiredFor) return isBroken ? "crashed" : retiredFor;
  if (endsBecause !== undefined) return "hung";
  return stop && !isBroken ? "stopped" : "crashed";
}

/** What each event has of a worker. Its `worker` is the number. */
export function fieldsOf({ number, life, pid }: WorkerHandle) {
  return { worker: number, life, pid };
}
