/** What says that something is to end: a `Stop`, or an AbortSignal. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  /** Calls the listener once, at the abort; never if that was before. */
  addEventListener(
    type: "abort",
    listener: (event?: unknown) => void,
    options?: { once: true },
  ): void;
  removeEventListener(type: "abort", listener: (event?: unknown) => void): void;
}

/**
 * An AbortController and its signal in one, without an EventTarget. Every run of a job needs several,
 * and nearly none is ever aborted.
 */
export class Stop implements StopSignal {
  #isAborted = false;
  #reason: unknown;
  readonly #listeners: ((event?: unknown) => void)[] = [];

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** The first abort counts. */
  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners.splice(0)) listener();
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }

  addEventListener(_type: "abort", listener: (event?: unknown) => void): void {
    if (!this.#isAborted) this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: (event?: unknown) => void): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }

  /** Aborts with another one. */
  follow(other: StopSignal): void {
    if (other.aborted) this.abort(other.reason);
    else other.addEventListener("abort", () => this.abort(other.reason), { once: true });
  }
}

/** The same as an AbortSignal, for those who need a real one. To make one takes most of a microsecond. */
export function abortSignalOf(signal: StopSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return controller.signal;
}
