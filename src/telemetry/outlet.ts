/**
 * Writes as many of the bytes as it can without waiting, and returns how many. If it can write
 * none, it throws or returns 0.
 */
export type WriteSome = (bytes: Uint8Array) => number;

/** Lines that were dropped because they could not be written. */
export interface Gap {
  readonly lines: number;
  readonly bytes: number;
  /** The code of the system's error, such as ENOSPC; EAGAIN if nobody reads. */
  readonly reason: string;
}

/** About 20,000 lines of a log. */
const standardLimitBytes = 4 * 1024 ** 2;

/** A pipe takes this many bytes in one piece (PIPE_BUF): lines of several writers stay whole. */
const pieceBytes = 4096;

/** How long the event loop may stop for a reader that is slower than the writer. */
const patience = { withoutProgressMs: 250, inAllMs: 1000 };

/** How long the exit may wait for the last lines: a reader may be waiting for a core. */
const patienceAtExit = { withoutProgressMs: 1000, inAllMs: 3000 };

const shortestPauseMs = 1;
const longestPauseMs = 200;

/**
 * An output that never holds up the process. It writes a line before the call returns, if it can.
 * If it cannot, because nobody reads or the disk is full, lines wait in order and are tried again.
 * Past a limit lines are dropped until all waiting ones are written. Then `onGap` gets their
 * number: what it writes stands where they are missing.
 */
export class Outlet {
  onGap: (gap: Gap) => void = () => {};
  readonly #writeSome: WriteSome;
  readonly #limitBytes: number;
  /** In pieces of whole lines; the first may have been written in part. */
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #lostLines = 0;
  #lostBytes = 0;
  #reason = "";
  #isToTry = false;

  /** @param limitBytes the most that may wait; a single longer line may, too */
  constructor(writeSome: WriteSome, limitBytes = standardLimitBytes) {
    this.#writeSome = writeSome;
    this.#limitBytes = limitBytes;
  }

  /** @param text usually one or more whole lines */
  write(text: string | Uint8Array): void {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    const isFlowing = this.#lostBytes === 0;
    if (isFlowing && this.#isTooMuch(bytes)) this.#wait(patience);
    if (isFlowing && !this.#isTooMuch(bytes)) this.#take(bytes);
    else this.#drop(bytes);
  }

  /** Writes the waiting lines, and waits while a reader still reads. */
  finish(): void {
    this.#wait(patienceAtExit);
  }

  #take(bytes: Uint8Array): void {
    const rest = this.#waiting.length === 0 ? this.#put(bytes) : bytes;
    if (rest.length > 0) this.#keep(rest);
  }

  #isTooMuch({ length }: Uint8Array): boolean {
    return this.#waitingBytes > 0 && this.#waitingBytes + length > this.#limitBytes;
  }

  #drop(bytes: Uint8Array): void {
    this.#lostBytes += bytes.length;
    for (const byte of bytes) if (byte === 0x0a) this.#lostLines++;
  }

  #keep(bytes: Uint8Array): void {
    this.#tryLater(shortestPauseMs);
    this.#waitingBytes += bytes.length;
    const last = this.#waiting.at(-1);
    if (last && last.length + bytes.length <= pieceBytes) {
      this.#waiting[this.#waiting.length - 1] = Buffer.concat([last, bytes]);
    } else {
      this.#waiting.push(bytes);
    }
  }

  /** @returns the bytes that could not be written */
  #put(bytes: Uint8Array): Uint8Array {
    let rest = bytes;
    try {
      while (rest.length > 0) {
        const written = this.#writeSome(rest);
        if (written === 0) {
          this.#reason = "EAGAIN";
          break;
        }
        rest = rest.subarray(written);
      }
    } catch (error) {
      this.#reason = (error as NodeJS.ErrnoException).code ?? String(error);
    }
    return rest;
  }

  /** Writes as many waiting lines as it can; returns whether it wrote anything. */
  #drain(): boolean {
    const before = this.#waitingBytes;
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      const rest = this.#put(first);
      this.#waitingBytes -= first.length - rest.length;
      if (rest.length > 0) {
        this.#waiting[0] = rest;
        break;
      }
      this.#waiting.shift();
    }
    if (this.#waiting.length === 0 && this.#lostBytes > 0) this.#tellOfGap();
    return this.#waitingBytes < before;
  }

  #tellOfGap(): void {
    const gap = { lines: this.#lostLines, bytes: this.#lostBytes, reason: this.#reason };
    this.#lostLines = 0;
    this.#lostBytes = 0;
    this.onGap(gap);
  }

  #tryLater(pauseMs: number): void {
    if (this.#isToTry) return;
    this.#isToTry = true;
    const timer = setTimeout(() => {
      this.#isToTry = false;
      const moved = this.#drain();
      const next = moved ? shortestPauseMs : Math.min(2 * pauseMs, longestPauseMs);
      if (this.#waiting.length > 0) this.#tryLater(next);
    }, pauseMs);
    timer.unref(); // `finish` writes what is left at the end.
  }

  /** Blocks while somebody reads, within limits. Does not wait for a full disk. */
  #wait({ withoutProgressMs, inAllMs }: typeof patience): void {
    const start = performance.now();
    let movedAt = start;
    for (let now = start; this.#waiting.length > 0; now = performance.now()) {
      if (this.#drain()) movedAt = now;
      else if (this.#reason !== "EAGAIN" || now - movedAt > withoutProgressMs) return;
      else Atomics.wait(sleeper, 0, 0, shortestPauseMs);
      if (now - start > inAllMs) return;
    }
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));
