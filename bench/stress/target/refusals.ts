import { median } from "../../load/statistics/sample.ts";
import type { Refusals } from "../result/result.ts";
import { ask, type TargetAnswer } from "./ask.ts";
import type { Aim } from "./preflight.ts";

const pauseMs = 500;

/**
 * Samples refusals during the load, by two requests a second of its own: the generator counts
 * statuses but keeps no headers.
 */
export class RefusalSampler {
  readonly #aim: Aim;
  readonly #end = new AbortController();
  readonly #answers: TargetAnswer[] = [];
  readonly #asking: Promise<void>[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(aim: Aim) {
    this.#aim = aim;
    this.#timer = setInterval(() => this.#asking.push(this.#ask()), pauseMs);
  }

  /** Ends the sampling. Unanswered requests do not count. */
  async stop(): Promise<Refusals> {
    clearInterval(this.#timer);
    this.#end.abort();
    await Promise.all(this.#asking);
    return describeRefusals(this.#answers);
  }

  async #ask(): Promise<void> {
    const { origin, request } = this.#aim;
    // The generator counts failures; it sees many more of them.
    await ask(origin, request, this.#end.signal).then(
      (answer) => this.#answers.push(answer),
      () => {},
    );
  }
}

export function describeRefusals(
  answers: readonly Pick<TargetAnswer, "status" | "headers" | "ms">[],
): Refusals {
  const refused = answers.filter(({ status }) => status === 503 || status === 429);
  const seconds = refused
    .map(({ headers }) => headers["retry-after"])
    .filter((value) => value !== undefined);
  const numbers = seconds.map(Number).filter(Number.isFinite); // it may also be a date
  return {
    sampled: answers.length,
    refused: refused.length,
    withRetryAfter: seconds.length,
    retryAfter:
      numbers.length === 0 ? null : { least: Math.min(...numbers), most: Math.max(...numbers) },
    medianMs: refused.length === 0 ? null : median(refused.map(({ ms }) => ms)),
  };
}
