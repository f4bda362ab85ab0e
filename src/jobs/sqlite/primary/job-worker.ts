import type { Life } from "../../../channel/life.ts";
import type { problems } from "../../../errors.ts";
import { attemptKey } from "../../attempt-key.ts";
import type { Assignment, Ended, JobError } from "../../job.ts";
import type { Attempt } from "../commands.ts";

/** A life of a worker, for the queue: which jobs it runs, and how many more it could start. */
export class JobWorker {
  readonly life: Life;
  /** Its place, for the log. */
  readonly number: number;
  readonly running = new Map<string, Assignment>();
  /** Reserved for a quarantined job: no other is sent to it (quarantine.ts). */
  isReserved = false;
  /** How attempts will have ended when the process has, where that is known before. */
  readonly #atExit = new Map<string, Ended>();
  /** The worker ends because of a run that does not end. */
  #isHung = false;
  /** How many assignments were sent to it, ever. */
  #sent = 0;
  #offered = 0;
  #isUp = false;

  constructor(life: Life, number: number) {
    this.life = life;
    this.number = number;
  }

  /** Whether it has offered to run jobs. Until then it boots. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** How many jobs may be sent to it now. */
  get room(): number {
    return this.isReserved ? 0 : this.#offered;
  }

  /** Whether a job that is sent now starts at once, with no other job beside it. */
  get isFree(): boolean {
    return this.#offered > 0 && this.running.size === 0;
  }

  /** @param received how many assignments had reached it when it offered */
  offer(room: number, received: number): void {
    // Offered slots minus assignments still in flight.
    const inFlight = Math.max(0, this.#sent - received); // A task may have forged `received`.
    this.#offered = Math.max(0, room - inFlight);
    this.#isUp = true;
  }

  assign(assignment: Assignment): void {
    this.running.set(attemptKey(assignment), assignment);
    this.#sent++;
    this.#offered--;
  }

  /** @returns what it had of this attempt */
  ended(attempt: Attempt): Assignment | undefined {
    const key = attemptKey(attempt);
    const assignment = this.running.get(key);
    this.running.delete(key);
    return assignment;
  }

  /** The attempt goes on until the process ends. Then it has ended like this. */
  atExit(attempt: Attempt, ended: Ended): void {
    if (this.has(attempt)) this.#atExit.set(attemptKey(attempt), ended);
  }

  /** @param attempts that do not end; none where it is the run of a client */
  hung(attempts: readonly Attempt[]): void {
    this.#isHung = true;
    for (const attempt of attempts) {
      const assignment = this.running.get(attemptKey(attempt));
      if (assignment)
        this.atExit(attempt, { kind: "failed", error: tooLong(assignment), retry: true });
    }
  }

  /** How an attempt ended with the worker; undefined where nobody knows. */
  endOf(attempt: Attempt): Ended | undefined {
    // Where the worker hung, another run is to blame.
    return (
      this.#atExit.get(attemptKey(attempt)) ?? (this.#isHung ? { kind: "handed-back" } : undefined)
    );
  }

  /** The tasks whose runs may have ended the worker. */
  get suspectTasks(): string[] {
    const running = [...this.running.values()];
    return running.flatMap((attempt) => {
      const ended = this.endOf(attempt);
      return ended === undefined || ended.kind === "failed" ? [attempt.task] : [];
    });
  }

  has(attempt: Attempt): boolean {
    return this.running.has(attemptKey(attempt));
  }
}

function tooLong({ task, timeoutMs }: Assignment): JobError {
  const detail = `The run of ${task} took longer than ${timeoutMs} ms (timeoutMs) and could not be interrupted, so its worker was ended. JavaScript in threads can be interrupted (--executor threads).`;
  return { type: "run-timeout" satisfies keyof typeof problems, detail };
}

/** The worker with the most room; undefined where none has any. */
export function findEmptiest(workers: Iterable<JobWorker>): JobWorker | undefined {
  let best: JobWorker | undefined;
  for (const worker of workers) {
    if (worker.room > Math.max(0, best?.room ?? 0)) best = worker;
  }
  return best;
}
