import type { Clock } from "../../../clock.ts";
import type { Attempt, ClaimedJob } from "../../messages/commands.ts";

/** How long a job that was claimed ahead waits for a worker with room. Then it goes back. */
const keptMs = 50;

export interface ClaimedJobsOptions {
  readonly clock: Clock;
  readonly handBack: (jobs: readonly ClaimedJob[]) => void;
}

/** The jobs that were claimed, and are with no worker yet; in their order. */
export class ClaimedJobs {
  readonly #options: ClaimedJobsOptions;
  #jobs: ClaimedJob[] = [];
  #callOff = () => {};

  constructor(options: ClaimedJobsOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#jobs.length;
  }

  add(jobs: readonly ClaimedJob[]): void {
    this.#jobs.push(...jobs);
    this.#keep();
  }

  /**
   * Sends the first ones, until one cannot be sent.
   *
   * @returns whether any was sent
   */
  send(isSent: (job: ClaimedJob) => boolean): boolean {
    const left = this.#jobs.findIndex((job) => !isSent(job));
    if (left === 0 || this.#jobs.length === 0) return false;
    this.#jobs = left < 0 ? [] : this.#jobs.slice(left);
    this.#keep();
    return true;
  }

  /** Gives one up; undefined where there is no such job. */
  drop({ id, token }: Attempt): ClaimedJob | undefined {
    const index = this.#jobs.findIndex((job) => job.id === id && job.token === token);
    return index < 0 ? undefined : this.#jobs.splice(index, 1)[0];
  }

  /** Hands back those that are like this. */
  giveBack(which: (job: ClaimedJob) => boolean): void {
    const given = this.#jobs.filter(which);
    if (given.length === 0) return;
    this.#jobs = this.#jobs.filter((job) => !which(job));
    this.#options.handBack(given);
  }

  giveAllBack(): void {
    this.#callOff();
    this.giveBack(() => true);
  }

  /** They go back if no worker takes any of them for a while. */
  #keep(): void {
    this.#callOff();
    if (this.#jobs.length === 0) return;
    this.#callOff = this.#options.clock.after(keptMs, () => this.giveAllBack());
  }
}
