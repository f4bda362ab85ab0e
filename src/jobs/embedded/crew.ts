import type { Assignment } from "../job.ts";
import type { Attempt } from "./commands.ts";

/** A worker as the host sees it: what it runs, and how much more it could start at once. */
export class Member {
  readonly worker: number;
  readonly running = new Map<string, Assignment>();
  /** It gets no jobs in the usual way: it is for one that runs alone (quarantine.ts). */
  isReserved = false;
  /** Assignments that were sent to it, ever. */
  #sent = 0;
  #offered = 0;
  #isUp = false;

  constructor(worker: number) {
    this.worker = worker;
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
    // Free places, less those that assignments which it had not seen yet will take.
    this.#offered = Math.max(0, room - (this.#sent - received));
    this.#isUp = true;
  }

  assign(assignment: Assignment): void {
    this.running.set(keyOf(assignment), assignment);
    this.#sent++;
    this.#offered--;
  }

  /** @returns what it had of this attempt */
  ended(attempt: Attempt): Assignment | undefined {
    const key = keyOf(attempt);
    const assignment = this.running.get(key);
    this.running.delete(key);
    return assignment;
  }

  has(attempt: Attempt): boolean {
    return this.running.has(keyOf(attempt));
  }
}

function keyOf({ id, token }: Attempt): string {
  return `${id} ${token}`;
}

/** The emptiest of those that have room; undefined where none has. */
export function emptiest(members: Iterable<Member>): Member | undefined {
  let best: Member | undefined;
  for (const member of members) {
    if (member.room > Math.max(0, best?.room ?? 0)) best = member;
  }
  return best;
}
