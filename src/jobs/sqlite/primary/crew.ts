import type { Life } from "../../../channel/life.ts";
import type { problems } from "../../../errors.ts";
import { attemptKey } from "../../attempt-key.ts";
import type { Assignment, Ended, JobError } from "../../job.ts";
import type { Attempt } from "../commands.ts";

/** A worker as the host sees it: what it runs, and how much more it could start at once. */
export class Member {
  readonly life: Life;
  /** Its place, for the log. */
  readonly number: number;
  readonly running = new Map<string, Assignment>();
  /** Reserved for a suspect: ordinary jobs are not sent to it (quarantine.ts). */
  isReserved = false;
  /** How attempts have ended when the worker's process has, where that is known before. */
  readonly #atExit = new Map<string, Ended>();
  /** It is ended because of a run that does not end. */
  #isHung = false;
  /** Assignments that were sent to it, ever. */
  #sent = 0;
  #offered = 0;
  #isUp = false;

  constructor(life: Life, number: number) {
    this.life = life;
    this.number = number;
  }

  /** Whether it has offered to run jobs: until then it boots. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** How many jobs it could start in the usual way. */
  get room(): number {
    return this.isReserved ? 0 : this.#offered;
  }

  /** Whether a job that was sent now would start at once, with no other beside it. */
  get isFree(): boolean {
    return this.#offered > 0 && this.running.size === 0;
  }

  /** @param received how many assignments had reached it when it offered */
  offer(room: number, received: number): void {
    // Offered slots minus assignments still in flight.
    this.#offered = Math.max(0, room - (this.#sent - received));
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

  /** The attempt will have ended like this when the worker's process has. */
  atExit(attempt: Attempt, ended: Ended): void {
    if (this.has(attempt)) this.#atExit.set(attemptKey(attempt), ended);
  }

  /** @param attempts of jobs that do not end; none, where it is a client's run */
  hung(attempts: readonly Attempt[]): void {
    this.#isHung = true;
    for (const attempt of attempts) {
      const assignment = this.running.get(attemptKey(attempt));
      if (assignment)
        this.atExit(attempt, { kind: "failed", error: tooLong(assignment), retry: true });
    }
  }

  /** How an attempt has ended now that the worker has; undefined where nobody can tell. */
  endOf(attempt: Attempt): Ended | undefined {
    // Another run is to blame for the worker's end.
    return (
      this.#atExit.get(attemptKey(attempt)) ?? (this.#isHung ? { kind: "handed-back" } : undefined)
    );
  }

  /** Whose runs may have ended the worker, now that it has. */
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

/** The emptiest of those that have room; undefined where none has. */
export function emptiest(members: Iterable<Member>): Member | undefined {
  let best: Member | undefined;
  for (const member of members) {
    if (member.room > Math.max(0, best?.room ?? 0)) best = member;
  }
  return best;
}
