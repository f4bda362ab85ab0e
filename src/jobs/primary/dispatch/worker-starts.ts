import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { Life } from "../../../channel/life.ts";
import {
  regionAt,
  regionBytes,
  removeStarts,
  Starts,
  type StartsSettings,
  writeFlag,
} from "../../starts.ts";
import { MarkRegion } from "./mark-region.ts";

/**
 * The primary's end of the file in which workers mark their starts. Where it cannot be used, nobody
 * knows which attempts have started, and no job is sent to wait in a worker. The next server must
 * know that, too.
 */
export class WorkerStarts {
  readonly #path: string;
  #file: number | null;
  /** By their numbers. */
  readonly #regions: MarkRegion[] = [];
  readonly #regionOf = new Map<Life, MarkRegion>();
  /** Of the workers that cannot mark, as long as the next server may need their marks. */
  readonly #unmarked = new Set<MarkRegion>();
  #isAllKnown = true;

  /** @param path where the store has made the file */
  constructor(path: string) {
    this.#path = path;
    this.#file = opened(path);
    if (this.#file === null) removeStarts(path);
  }

  /** A region for a worker that is to be forked; null where it cannot mark. */
  open(life: Life): StartsSettings | null {
    if (this.#file === null) return null;
    const free = this.#regions.findIndex(({ isOver }) => isOver);
    const number = free < 0 ? this.#regions.length : free;
    if (!isCleared(this.#file, number)) {
      this.#regionOf.set(life, new MarkRegion(-1));
      this.forget(life);
      return null;
    }
    const region = new MarkRegion(number);
    this.#regions[number] = region;
    this.#regionOf.set(life, region);
    this.#tellNext();
    return { path: this.#path, region: number };
  }

  /** Undefined where no worker can mark. */
  regionOf(life: Life): MarkRegion | undefined {
    return this.#regionOf.get(life);
  }

  /** The worker cannot mark any more: nobody knows what it starts. */
  forget(life: Life): void {
    const region = this.#regionOf.get(life);
    if (!region) return;
    region.forget();
    this.#unmarked.add(region);
    this.#tellNext();
  }

  /** A worker has ended. @returns what it had started; null where nobody knows */
  take(life: Life): Starts | null {
    const region = this.#regionOf.get(life);
    this.#regionOf.delete(life);
    region?.end();
    if (this.#file === null || !region?.canMark) return null;
    try {
      const bytes = Buffer.alloc(regionBytes);
      if (readSync(this.#file, bytes, 0, regionBytes, regionAt(region.number)) < regionBytes)
        return null;
      const starts = new Starts();
      starts.add(bytes);
      return starts;
    } catch {
      return null;
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }

  /** Whether the file knows all starts. What it cannot say with a flag it says by being gone. */
  #tellNext(): void {
    for (const region of this.#unmarked) if (region.isOver) this.#unmarked.delete(region);
    const isAllKnown = this.#unmarked.size === 0;
    if (this.#file === null || isAllKnown === this.#isAllKnown) return;
    try {
      writeFlag(this.#file, isAllKnown);
      this.#isAllKnown = isAllKnown;
    } catch {
      removeStarts(this.#path);
    }
  }
}

function opened(path: string): number | null {
  try {
    return openSync(path, "r+");
  } catch {
    return null;
  }
}

/** Also takes the room on the disk, so that no mark fails for want of it. */
function isCleared(file: number, region: number): boolean {
  try {
    const zeros = Buffer.alloc(regionBytes);
    return writeSync(file, zeros, 0, regionBytes, regionAt(region)) === regionBytes;
  } catch {
    return false;
  }
}
