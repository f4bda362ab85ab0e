/** What a worker's parts do at this moment. */
import { performance } from "node:perf_hooks";
import type { Clock } from "../../clock.ts";
import type { ThreadState, WorkerState } from "./figures.ts";
import { LoopDelay } from "./loop-delay.ts";
import { readProcess } from "./process-state.ts";
import { toWholeUs } from "./whole-us.ts";

/** Where a worker's state is read. */
export interface StateSources {
  readonly dispatcher: { readonly waiting: number; readonly busySlots: number };
  readonly slots: number;
  /** Connections that are open. */
  readonly connections: () => number;
  /** The newest known figures of the Piscina threads. */
  readonly threads: () => readonly ThreadState[];
  readonly clock: Pick<Clock, "now">;
}

/** The share of active time is of at least the last second: a shorter one would jump. */
const leastMs = 1000;

/** Reads the state of a worker. Watches the event loop of this thread from the start. */
export class StateReader {
  readonly #sources: StateSources;
  readonly #delay: LoopDelay;
  #from = performance.eventLoopUtilization();
  #fromAt: number;
  #utilization = 0;

  constructor(sources: StateSources) {
    this.#sources = sources;
    this.#delay = new LoopDelay(sources.clock);
    this.#fromAt = sources.clock.now();
  }

  /** Takes some 50 us. */
  read(): WorkerState {
    const { dispatcher, slots, connections, threads } = this.#sources;
    return {
      pending: dispatcher.waiting,
      busySlots: dispatcher.busySlots,
      slots,
      connections: connections(),
      ...readProcess(),
      loop: this.#loop(),
      threads: threads(),
    };
  }

  stop(): void {
    this.#delay.stop();
  }

  #loop(): WorkerState["loop"] {
    const now = this.#sources.clock.now();
    const until = performance.eventLoopUtilization();
    if (now - this.#fromAt >= leastMs) {
      const { utilization } = performance.eventLoopUtilization(until, this.#from);
      this.#utilization = Math.round(utilization * 1000) / 1000;
      this.#from = until;
      this.#fromAt = now;
    }
    const activeMs = toWholeUs(until.active);
    return { activeMs, utilization: this.#utilization, delayMs: this.#delay.read() };
  }
}
