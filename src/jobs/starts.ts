import { closeSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { uptime } from "node:os";
import type { StartMark } from "../compute/start-mark.ts";
import { makeOwn } from "./own-file.ts";
import type { Stage } from "./transitions/losses.ts";

/**
 * Which attempts have started. A worker marks each start in a file, just before the run, and each end
 * just after it: what was written survives SIGKILL. So whoever takes jobs back from a dead worker
 * knows which of them only waited there. A mark is the row of the job and the token of the attempt
 * (negative once the run has ended). It stays true for ever: no other attempt has the same two.
 *
 * The file lies beside the lock of the workers (worker-lock.ts). It begins with a flag of the size of
 * a mark. Behind that, each life of a worker has a region, and each job that is with a worker has a
 * place in that region.
 */
export function startsPath(lock: string): string {
  return `${lock}-starts`;
}

/** Jobs that can be with one worker at a time. */
export const marksPerWorker = 2048;

const markBytes = 16;
export const regionBytes = marksPerWorker * markBytes;

/** A larger file is none that a server has made: no server has so many workers. */
const mostBytes = 2048 * regionBytes;

/** Where a region begins in the file. */
export function regionAt(region: number): number {
  return markBytes + region * regionBytes;
}

/** The flag of a file that does not know all: some worker could not mark. No row has this number. */
const [knowsAll, knowsSome] = [0, -1];

/**
 * Makes the file, with the room for its flag. It has to be there before the server is known to have
 * workers: a file that is missing does not know what they started.
 *
 * @throws Error where it cannot be made
 */
export function makeStarts(path: string): void {
  makeOwn(path);
  try {
    const file = openSync(path, "r+");
    writeFlag(file, true);
    closeSync(file);
  } catch (error) {
    removeStarts(path);
    throw error;
  }
}

/** @throws Error where it cannot be written */
export function writeFlag(file: number, isAllKnown: boolean): void {
  const flag = Float64Array.of(isAllKnown ? knowsAll : knowsSome, 0);
  if (writeSync(file, flag, 0, markBytes, 0) < markBytes) throw new Error("The disk is full");
}

/** An attempt, by the row of its job. */
export interface RowAttempt {
  readonly seq: number;
  readonly token: number;
}

/** Where a worker marks its starts. */
export interface StartsSettings {
  readonly path: string;
  readonly region: number;
}

/** The worker's end: writes marks. */
export class StartMarks {
  readonly #file: number;
  readonly #at: number;
  readonly #mark = new Float64Array(2);

  private constructor(file: number, region: number) {
    this.#file = file;
    this.#at = regionAt(region);
  }

  /** @returns null where the file cannot be opened: then each job may have started */
  static open({ path, region }: StartsSettings): StartMarks | null {
    try {
      return new StartMarks(openSync(path, "r+"), region);
    } catch {
      return null;
    }
  }

  /** @returns false where it cannot be written */
  start(place: number, { seq, token }: RowAttempt): boolean {
    return this.#write(place, seq, token);
  }

  /** @returns true where it cannot be read */
  hasStarted(place: number, { seq, token }: RowAttempt): boolean {
    try {
      const mark = new Float64Array(2);
      readSync(this.#file, mark, 0, markBytes, this.#at + place * markBytes);
      return mark[0] === seq && mark[1] === token;
    } catch {
      return true;
    }
  }

  /** The mark of a start, for a thread that writes it itself. */
  of(place: number, { seq, token }: RowAttempt): StartMark {
    return { file: this.#file, at: this.#at + place * markBytes, numbers: [seq, token] };
  }

  end(place: number, { seq, token }: RowAttempt): void {
    this.#write(place, seq, -token);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(place: number, seq: number, token: number): boolean {
    this.#mark[0] = seq;
    this.#mark[1] = token;
    try {
      return writeSync(this.#file, this.#mark, 0, markBytes, this.#at + place * markBytes) > 0;
    } catch {
      return false;
    }
  }
}

/** The attempts that were marked. */
export class Starts {
  readonly #stages = new Map<string, Stage>();

  add(bytes: Buffer): void {
    for (let at = 0; at + markBytes <= bytes.length; at += markBytes) {
      const seq = bytes.readDoubleLE(at);
      const token = bytes.readDoubleLE(at + 8);
      const stage = token > 0 ? "running" : "ended";
      if (seq > 0) this.#stages.set(`${seq} ${Math.abs(token)}`, stage);
    }
  }

  stageOf({ seq, token }: RowAttempt): Stage {
    return this.#stages.get(`${seq} ${token}`) ?? "waiting";
  }
}

/**
 * Adds the marks of a former server.
 *
 * @returns false where nobody knows all of them: the file is gone or is none of a server, a worker
 *   could not mark, or a power cut may have taken marks that were not on the disk yet
 */
export function addFormerStarts(starts: Starts, path: string): boolean {
  try {
    const stats = statSync(path);
    // A task could have put anything there. To read a pipe would block.
    if (!stats.isFile() || stats.size > mostBytes) return false;
    if (stats.mtimeMs < Date.now() - uptime() * 1000) return false;
    const bytes = readFileSync(path);
    starts.add(bytes);
    return bytes.readDoubleLE(0) !== knowsSome;
  } catch {
    return false;
  }
}

/** Removes the file where it is there. */
export function removeStarts(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder cannot be written. A file that stays does no harm.
  }
}
