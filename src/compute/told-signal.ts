import type { StopSignal } from "../stop.ts";

/**
 * The AbortSignal that a task sees. It aborts with the first of several others, and lets go of them at
 * the end of the run: some of them outlive it.
 */
export class ToldSignal {
  readonly #controller = new AbortController();
  readonly #sources: readonly StopSignal[];
  readonly #listeners: (() => void)[] = [];

  constructor(sources: readonly (StopSignal | undefined)[]) {
    this.#sources = sources.filter((source) => source !== undefined);
    for (const source of this.#sources) {
      const onAbort = () => this.#controller.abort(source.reason);
      this.#listeners.push(onAbort);
      if (source.aborted) onAbort();
      else source.addEventListener("abort", onAbort, { once: true });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The run has ended: nothing aborts the signal any more. */
  end(): void {
    for (const [index, source] of this.#sources.entries()) {
      const listener = this.#listeners[index];
      if (listener) source.removeEventListener("abort", listener);
    }
  }
}
