/** The figures of a worker: what counts and reads them. They go to the primary, which has those of all. */
import type { HungRun } from "../channel/supervision.ts";
import { systemClock } from "../clock.ts";
import type { Dispatcher } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import type { LoopWatch } from "../compute/loop-watch.ts";
import type { Connections } from "../http/connections.ts";
import type { Telemetry } from "../telemetry/events.ts";
import { ThreadStates } from "../telemetry/figures/thread-states.ts";
import { countWorkerEvents } from "../telemetry/figures/worker-metrics.ts";
import { StateReader } from "../telemetry/figures/worker-state.ts";
import { FleetMember } from "./fleet-member.ts";
import { onEnvelope, sendToPrimary } from "./primary-link.ts";

/** The parts of a worker whose state is told. They are asked for when it is read. */
export interface FiguredParts {
  readonly slots: number;
  readonly executors: () => Iterable<Executor>;
  readonly dispatcher: () => Pick<Dispatcher, "waiting" | "busySlots">;
  readonly connections: () => Pick<Connections, "count"> | undefined;
}

/**
 * Counts from now on. Nothing is pushed before `start`.
 *
 * @param worker its place
 */
export function openFleetMember(
  worker: number,
  telemetry: Telemetry,
  parts: FiguredParts,
): FleetMember {
  const clock = systemClock;
  const connections = () => parts.connections()?.count ?? 0;
  const threads = new ThreadStates(() => threadsOf(parts.executors()), clock);
  const { slots } = parts;
  const dispatcher = {
    get waiting() {
      return parts.dispatcher().waiting;
    },
    get busySlots() {
      return parts.dispatcher().busySlots;
    },
  };
  const reader = new StateReader({
    ...{ slots, dispatcher, connections, clock },
    threads: () => threads.read(),
  });
  const member = new FleetMember({
    ...{ send: sendToPrimary, clock },
    state: () => reader.read(),
    load: () => ({
      pending: dispatcher.waiting,
      busySlots: dispatcher.busySlots,
      connections: connections(),
    }),
    counting: countWorkerEvents(telemetry, worker),
  });
  onEnvelope("fleet", (envelope) => member.take(envelope));
  return member;
}

/** Tells the member of runs that are about to hold the event loop, and passes everything on. */
export class ToldWatch implements LoopWatch {
  readonly #watch: LoopWatch;
  readonly #member: () => FleetMember;
  /** How long the last run of each task held the event loop. */
  readonly #lastMs = new Map<string, number>();
  /** The run that holds it, and since when. */
  #task: string | undefined;
  #since = 0;

  constructor(watch: LoopWatch, member: () => FleetMember) {
    this.#watch = watch;
    this.#member = member;
  }

  enter(deadline: number, task: string, attempt: HungRun["attempt"]): number {
    this.#member().beforeHeldLoop(this.#lastMs.get(task) ?? Number.POSITIVE_INFINITY);
    this.#task = task;
    this.#since = systemClock.now();
    return this.#watch.enter(deadline, task, attempt);
  }

  returned(): void {
    this.#measure();
    this.#watch.returned();
  }

  leave(place: number): void {
    this.#measure();
    this.#watch.leave(place);
  }

  /** An asynchronous run has returned before it leaves: that time is not measured. */
  #measure(): void {
    if (this.#task !== undefined) this.#lastMs.set(this.#task, systemClock.now() - this.#since);
    this.#task = undefined;
  }
}

function threadsOf(executors: Iterable<Executor>) {
  return [...executors].flatMap(({ threads = [] }) => threads);
}
