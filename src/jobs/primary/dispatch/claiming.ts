import type { ClaimedJob } from "../../messages/commands.ts";
import type { DispatchOptions } from "./dispatch-options.ts";

/** The pause after a claim that the store refused. */
const afterRefusalMs = 250;

/** Claims jobs in the store, one claim at a time. */
export class Claiming {
  readonly #options: Pick<DispatchOptions, "clock" | "claim">;
  #isUnderWay = false;
  #answered: Promise<void> = Promise.resolve();

  constructor(options: Pick<DispatchOptions, "clock" | "claim">) {
    this.#options = options;
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Resolves when the store has answered the last claim. */
  get answered(): Promise<void> {
    return this.#answered;
  }

  /**
   * @param onProbation the tasks on probation: their jobs are not claimed
   * @param onEnd takes the jobs; none where the store has refused, after a pause
   */
  claim(
    limit: number,
    onProbation: readonly string[],
    onEnd: (jobs: readonly ClaimedJob[]) => void,
  ): void {
    this.#answered = this.#claim(limit, onProbation, onEnd);
  }

  async #claim(...[limit, onProbation, onEnd]: Parameters<Claiming["claim"]>): Promise<void> {
    const { clock, claim } = this.#options;
    this.#isUnderWay = true;
    try {
      const jobs = await claim(limit, onProbation);
      this.#isUnderWay = false;
      onEnd(jobs);
    } catch {
      clock.after(afterRefusalMs, () => {
        this.#isUnderWay = false;
        onEnd([]);
      });
    }
  }
}
