import { marksPerWorker } from "../../starts.ts";

/**
 * The places for the marks of one life of a worker (starts.ts). A mark stays until the end of its
 * attempt is on disk: if the server is killed before that, the next one has to know of the start.
 */
export class MarkRegion {
  /** Of the region in the file; -1 where it is not there. */
  readonly number: number;
  readonly #free: number[] = [];
  #next = 0;
  #hasEnded = false;
  #canMark = true;

  constructor(number = 0) {
    this.number = number;
  }

  /** Whether the worker can mark its starts, as far as is known. */
  get canMark(): boolean {
    return this.#canMark;
  }

  /** How many more places can be taken. */
  get left(): number {
    return marksPerWorker - this.#next + this.#free.length;
  }

  /** The worker has ended, and nothing of it is to be written any more: another life may have it. */
  get isOver(): boolean {
    return this.#hasEnded && this.left === marksPerWorker;
  }

  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  /**
   * The ends of these attempts are on disk.
   *
   * @returns whether no place was left before
   */
  free(places: readonly number[]): boolean {
    const wasFull = this.left === 0;
    this.#free.push(...places);
    return wasFull;
  }

  /** The worker cannot mark any more: nobody knows what it starts. */
  forget(): void {
    this.#canMark = false;
  }

  /** The worker has ended. */
  end(): void {
    this.#hasEnded = true;
  }
}
