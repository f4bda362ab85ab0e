import type { Life } from "../../../channel/life.ts";
import type { Clock } from "../../../clock.ts";
import type { Ended } from "../../assignment.ts";
import type { AssignedJob, Attempt, ClaimedJob } from "../../messages/commands.ts";

export interface DispatchOptions {
  readonly clock: Clock;
  /** How many workers the server is to have now. */
  readonly workers: () => number;
  /**
   * Claims up to `limit` jobs; rejects where the file cannot be written. Jobs of tasks on probation
   * are not claimed: they go into quarantine.
   */
  readonly claim: (limit: number, onProbation: readonly string[]) => Promise<readonly ClaimedJob[]>;
  /** Claims one job out of quarantine; null where there is none. */
  readonly claimQuarantined: () => Promise<ClaimedJob | null>;
  /** Hears which tasks are on probation, each time that this changes. */
  readonly onProbationChange: (tasks: readonly string[], before: readonly string[]) => void;
  readonly handBack: (jobs: readonly ClaimedJob[]) => void;
  readonly send: (life: Life, job: AssignedJob) => void;
}

/** How an attempt ended in a worker. */
export interface EndedAttempt extends Attempt {
  readonly ending: Ended;
}
