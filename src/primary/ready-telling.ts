import { systemClock } from "../clock.ts";

/** How long a change waits, so that several are told as one. */
const tellingMs = 20;

/** Tells how many workers are ready. Workers that become ready together are told of together. */
export class ReadyTelling {
  readonly #tell: (told: { readonly ready: number; readonly total: number }) => void;
  /** As it is told, or about to be: how many are ready, and how many there are to be. */
  #told = "";
  #callOff = () => {};

  constructor(tell: (told: { readonly ready: number; readonly total: number }) => void) {
    this.#tell = tell;
  }

  set(ready: number, total: number): void {
    const told = `${ready} of ${total}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#callOff();
    this.#callOff = systemClock.after(tellingMs, () => this.#tell({ ready, total }));
  }

  close(): void {
    this.#callOff();
  }
}
