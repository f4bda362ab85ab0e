import type { Assignment } from "../job.ts";
import type { Attempt } from "./commands.ts";

/** A worker as the host sees it: what it runs, and how much more it could start at once. */
export class Member {
  readonly worker: number;
  readonly running = new Map<string, Assignment>();
  /** Assignments that were sent to it, ever. */
  #sent = 0;
  #offered = 0;

  constructor(worker: number) {
    this.worker = worker;
  }

  /** Free places, less those that assignments which it had not seen yet will take. */
  get room(): number {
    return this.#offered;
  }

  /** @param received how many assignments had reached it when it offered */
  offer(room: number, received: number): void {
    this.#offered = Math.max(0, room - (this.#sent - received));
  }

  assign(assignment: Assignment): void {
    this.running.set(keyOf(assignment), assignment);
    this.#sent++;
    this.#offered--;
  }

  /** @returns whether it had this attempt */
  ended(attempt: Attempt): boolean {
    return this.running.delete(keyOf(attempt));
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
