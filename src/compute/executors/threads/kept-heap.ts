import * as v8 from "node:v8";
import { propertyOf } from "../../../errors.ts";
import { forcedCollection, slack } from "./forced-collection.ts";

/**
 * Share of `--thread-memory` that a thread may keep. The next run needs room: one that passes
 * `--thread-memory` fails, although it is not to blame for what others left.
 */
const mostKept = 0.75;

/** A run of this length is followed by a look, which takes some 2 us. */
const longMs = 0.25;

/** Of shorter runs, one of so many is. V8 can fill some MB in one of them. */
const everyNth = 8;

/** What a thread keeps between two runs, and how much it may. */
export interface KeptMemory {
  readonly keptBytes: number;
  readonly limitBytes: number;
}

/**
 * What a thread keeps after its runs. The thread looks at its own heap between two runs: nothing
 * else of it computes then, so whatever is live is kept, or goes with the answer. Node 24 cannot
 * collect garbage when asked, so there nothing is ever too large.
 */
export class KeptHeap {
  /** How much may be live between two runs. */
  readonly #limitBytes: number;
  /** How far the heap may grow, garbage included, until garbage is collected. */
  #mayGrowTo: number;
  #runs = 0;

  /**
   * Made when the tasks are loaded. If what they set up takes more than the share, a new thread would
   * be no smaller. So it may keep half as much again.
   *
   * @param memoryBytes `--thread-memory`
   */
  constructor(memoryBytes: number) {
    this.#limitBytes = Math.max(mostKept * memoryBytes, slack * usedBytes());
    this.#mayGrowTo = this.#limitBytes;
  }

  /**
   * How much the thread keeps, if that is too much and it should be replaced.
   *
   * @param ranMs how long the run took that has just ended
   */
  tooMuch(ranMs: number): KeptMemory | undefined {
    this.#runs++;
    if (ranMs < longMs && this.#runs % everyNth !== 0) return undefined;
    if (usedBytes() <= this.#mayGrowTo || !v8.startHeapProfile) return undefined;
    if (!hasCollected()) return undefined;
    const keptBytes = usedBytes();
    this.#mayGrowTo = Math.max(this.#limitBytes, slack * keptBytes);
    if (keptBytes <= this.#limitBytes) return undefined;
    return { keptBytes, limitBytes: this.#limitBytes };
  }
}

/** @returns false while the HeapWatch does the same: one profile at a time is possible */
function hasCollected(): boolean {
  try {
    v8.startHeapProfile(forcedCollection).stop();
    return true;
  } catch (error) {
    if (propertyOf(error, "code") === "ERR_HEAP_PROFILE_HAVE_BEEN_STARTED") return false;
    throw error;
  }
}

function usedBytes(): number {
  return v8.getHeapStatistics().used_heap_size;
}
