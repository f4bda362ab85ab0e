import type { Worker } from "node:worker_threads";
import type { Clock } from "../../clock.ts";
import type { ThreadState } from "./figures.ts";

/** A thread is asked at most this often: it is interrupted for some us. */
const everyMs = 1000;

interface Known {
  /** From 1. */
  readonly place: number;
  state: ThreadState | undefined;
  askedAt: number;
  /** Whether it has not answered yet. A thread in native code answers when that returns. */
  isAsked: boolean;
}

/** What threads have told of themselves: they can only be asked, and answer later. */
export class ThreadStates {
  readonly #threads: () => Iterable<Worker>;
  readonly #clock: Pick<Clock, "now">;
  #known = new Map<Worker, Known>();

  constructor(threads: () => Iterable<Worker>, clock: Pick<Clock, "now">) {
    this.#threads = threads;
    this.#clock = clock;
  }

  /** The newest that is known of each thread. Asks them for the next time. */
  read(): ThreadState[] {
    this.#meet();
    const states: ThreadState[] = [];
    for (const [thread, known] of this.#known) {
      const isDue = this.#clock.now() - known.askedAt >= everyMs;
      if (isDue && !known.isAsked) void this.#ask(thread, known);
      if (known.state) states.push(known.state);
    }
    return states;
  }

  /** Forgets the threads that are gone, and gives new ones the first free places. */
  #meet(): void {
    const present = [...this.#threads()];
    const known = new Map<Worker, Known>();
    for (const thread of present) {
      const met = this.#known.get(thread);
      if (met) known.set(thread, met);
    }
    const taken = new Set([...known.values()].map(({ place }) => place));
    let place = 1;
    for (const thread of present) {
      if (known.has(thread)) continue;
      while (taken.has(place)) place++;
      known.set(thread, metNow(place++));
    }
    this.#known = known;
  }

  async #ask(thread: Worker, known: Known): Promise<void> {
    known.isAsked = true;
    known.askedAt = this.#clock.now();
    const { threadId } = thread;
    try {
      const [heap, cpu] = await Promise.all([thread.getHeapStatistics(), cpuOf(thread)]);
      const heapUsedBytes = (heap as unknown as { used_heap_size: number }).used_heap_size;
      const cpuMs = (cpu.user + cpu.system) / 1000;
      known.state = { place: known.place, thread: threadId, heapUsedBytes, cpuMs };
    } catch {
      known.state = undefined; // It boots, or it has ended.
    } finally {
      known.isAsked = false;
    }
  }
}

function metNow(place: number): Known {
  return { place, state: undefined, askedAt: Number.NEGATIVE_INFINITY, isAsked: false };
}

/** Node 24.0 to 24.5 cannot tell. */
async function cpuOf(thread: Worker): Promise<{ user: number; system: number }> {
  return (await thread.cpuUsage?.()) ?? { user: 0, system: 0 };
}
