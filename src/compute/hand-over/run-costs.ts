import type { Entry } from "../waiting-line.ts";

/** Weight of a new measurement in the mean. */
const weight = 0.1;

/**
 * What it costs to hand a run over, and to get its outcome back: CPU time of three processes, and time
 * in which a free core waits. `npm run bench:dev -- hand-over-cost` measures it.
 */
const fixedMs = 0.4;

/** The same for each byte of the input and of the output. */
const perByteMs = 0.00002;

/** A run has to be so many times longer than what handing it over costs. */
const leastTimes = 5;

/** Longer inputs are not handed over: to write one takes the event loop too long. */
const mostInputBytes = 256 * 1024;

interface Means {
  ranMs: number;
  /** Of outputs that came from another worker; undefined before the first one. */
  outputBytes: number | undefined;
}

/** What runs of each task have taken, and whether it is worth while to hand one over. */
export class RunCosts {
  readonly #means = new Map<string, Means>();

  /** A run has ended, here or elsewhere. */
  ended(task: string, ranMs: number): void {
    const means = this.#means.get(task);
    if (means) means.ranMs += weight * (ranMs - means.ranMs);
    else this.#means.set(task, { ranMs, outputBytes: undefined });
  }

  /** An output has come from another worker. */
  received(task: string, outputBytes: number): void {
    const means = this.#means.get(task);
    if (!means) return;
    means.outputBytes ??= outputBytes;
    means.outputBytes += weight * (outputBytes - means.outputBytes);
  }

  /** Whether runs of the task are so short that nobody has to hear of them. */
  isShort(task: string): boolean {
    return (this.#means.get(task)?.ranMs ?? Number.POSITIVE_INFINITY) < leastTimes * fixedMs;
  }

  /** Whether another worker should have it. A task of which nothing is known stays here. */
  isWorth({ task, needs, offer }: Entry): boolean {
    if (!offer || offer.isHome || needs.slots > 1 || offer.inputBytes > mostInputBytes)
      return false;
    const means = this.#means.get(task.name);
    if (!means) return false;
    const costMs = fixedMs + perByteMs * (offer.inputBytes + (means.outputBytes ?? 0));
    return means.ranMs >= leastTimes * costMs;
  }
}
