import { Worker } from "node:worker_threads";
import { hasMemoryFor, totalMemoryBytes } from "../../machine-memory.ts";
import { forcedCollection, slack } from "./forced-collection.ts";
import type { KeptMemory } from "./kept-heap.ts";

const everyMs = 50;

/** Share of the machine's memory that must stay free. */
const reserve = 0.05;

/**
 * Whether this Node can collect the garbage of a thread that computes (`Worker.startHeapProfile`
 * with `forceGC`, Node 26). If it cannot, garbage would count as a full heap, so nothing is
 * watched.
 */
export const canWatchHeaps = Worker.prototype.startHeapProfile?.length > 0;

/**
 * The limit for V8, in MiB. At its limit V8 gives up on a large allocation and ends the whole
 * process: a growing array asks for 1.5 times its size on top, a Map for twice. Where heaps are
 * watched V8 gets room for that, and the watch ends the thread first.
 */
export function hardLimitMb(limitBytes: number): number {
  const limitMb = limitBytes / 1024 ** 2;
  return canWatchHeaps ? 4 * limitMb + 64 : limitMb;
}

/** A thread's objects outgrew its heap. Node reports V8's own limit with the same code. */
export class HeapExceeded extends Error {
  readonly code = "ERR_WORKER_OUT_OF_MEMORY";
}

/** What a thread keeps after its runs leaves too little room for the next one. No run is lost. */
export class KeptTooMuch extends Error {
  readonly kept: KeptMemory;
  /** Of its last run. */
  readonly task: string;

  constructor(kept: KeptMemory, task: string) {
    super("it kept too much");
    this.kept = kept;
    this.task = task;
  }
}

/** The machine ran out of memory while this thread held more than its limit, buffers included. */
export class MemoryShort extends Error {}

export interface WatchOptions {
  readonly limitBytes: number;
  readonly threads: () => readonly Worker[];
  /** Called with a thread that must end, and why. */
  readonly onExceeded: (thread: Worker, why: Error) => void;
  /** Whether the machine has no more memory to give. */
  readonly isMemoryShort?: () => boolean;
}

/**
 * Looks at the heaps of threads that compute. V8 interrupts them for a moment, so they need not
 * return to their event loop. A native call, such as JSON.parse, answers when it returns.
 */
export class HeapWatch {
  readonly #options: WatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  /** Runs under way that began since the last tick, and before it. A short run causes no look. */
  #fresh = 0;
  #older = 0;
  readonly #asked = new WeakSet<Worker>();
  /** How far the heap may grow until the next look; set if live objects were within the limit. */
  readonly #mayGrowTo = new WeakMap<Worker, number>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** @returns what `end` takes */
  begin(): number {
    if (canWatchHeaps) this.#timer ??= setInterval(() => this.#tick(), everyMs).unref();
    this.#fresh++;
    return this.#ticks;
  }

  end(begunAt: number): void {
    if (begunAt === this.#ticks) this.#fresh--;
    else this.#older--;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    if (this.#fresh + this.#older === 0) {
      this.stop();
      return;
    }
    if (this.#older > 0) this.#lookAtAll();
    this.#older += this.#fresh;
    this.#fresh = 0;
    this.#ticks++;
  }

  #lookAtAll(): void {
    for (const thread of this.#options.threads()) {
      // An idle thread sleeps: it would answer with its next run.
      if (!this.#asked.has(thread)) void this.#look(thread);
    }
  }

  async #look(thread: Worker): Promise<void> {
    this.#asked.add(thread);
    try {
      const why = await this.#excess(thread);
      if (why) this.#options.onExceeded(thread, why);
    } catch {
      // The thread has ended meanwhile.
    } finally {
      this.#asked.delete(thread);
    }
  }

  async #excess(thread: Worker): Promise<Error | undefined> {
    const { limitBytes, isMemoryShort = isShortOfMemory } = this.#options;
    const { used, outside } = await sizesOf(thread);
    if (used + outside > limitBytes && isMemoryShort()) {
      return new MemoryShort("its heap and buffers grew until the machine had no more memory");
    }
    if (used <= (this.#mayGrowTo.get(thread) ?? limitBytes)) return undefined;
    await collectGarbage(thread);
    const live = (await sizesOf(thread)).used;
    if (live > limitBytes) return new HeapExceeded("JS heap out of memory");
    this.#mayGrowTo.set(thread, Math.max(limitBytes, slack * live));
    return undefined;
  }
}

async function sizesOf(thread: Worker): Promise<{ used: number; outside: number }> {
  const { used_heap_size: used, external_memory: outside } = await thread.getHeapStatistics();
  return { used, outside };
}

async function collectGarbage(thread: Worker): Promise<void> {
  const profile = await thread.startHeapProfile(forcedCollection);
  await profile.stop();
}

function isShortOfMemory(): boolean {
  return !hasMemoryFor(reserve * totalMemoryBytes());
}
