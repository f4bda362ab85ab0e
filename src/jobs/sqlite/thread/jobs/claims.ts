import type { ClaimedJob } from "../../../messages/commands.ts";
import { isOverdue } from "../../../transitions/expiry.ts";
import type { Line } from "../../../transitions/order/line.ts";
import type { ChangeParts } from "../store-parts.ts";
import { finishJob } from "./job-changes.ts";
import { assignmentOf, endBits, type Row, stateCodes, uniqueUntilStart } from "./rows.ts";

const { ready, quarantined, running } = stateCodes;

/** One claim expires at most this many jobs. */
const mostExpired = 500;

/** Hands out the jobs whose turn it is (transitions/order). Every method belongs in a transaction. */
export class Claims {
  readonly #parts: ChangeParts;

  constructor(parts: ChangeParts) {
    this.#parts = parts;
  }

  /** Takes the next jobs. Each is running then, and has one more attempt. */
  claim(limit: number): ClaimedJob[] {
    return this.#claim(limit, false);
  }

  /** Takes the next job that runs alone on its worker; null where there is none. */
  claimAlone(): ClaimedJob | null {
    return this.#claim(1, true)[0] ?? null;
  }

  #claim(limit: number, alone: boolean): ClaimedJob[] {
    const { lines } = this.#parts;
    const heads = new Heads(this.#parts, limit);
    const claimed: ClaimedJob[] = [];
    for (let tries = limit + mostExpired; claimed.length < limit && tries > 0; tries--) {
      const candidates = lines.next(alone);
      if (candidates.length === 0) break;
      const head = heads.takeOldest(candidates);
      const assignment = head && this.#start(head);
      if (assignment) claimed.push(assignment);
    }
    return claimed;
  }

  /** @returns nothing for a job that may not start any more. It has expired then */
  #start({ seq, line }: Head): ClaimedJob | undefined {
    const { sql, ids, clock, tally, watched, checkpoints, uniqueKeys } = this.#parts;
    const at = clock.now();
    const from = line.pool === "open" ? ready : quarantined;
    const row = sql.waiting.get(seq) as Row;
    if (isOverdue(row["start_before"] as number | null, at)) {
      finishJob(this.#parts, seq, { to: "expired" }, from);
      return undefined;
    }
    sql.claim.run(at, seq);
    const place = { priority: line.priority, group: line.group.key, task: line.task.name };
    tally.moved(place, from, running);
    tally.waited(Math.max(0, at - (row["run_at"] as number)));
    tally.started(seq, clock.steady());
    watched.changed(seq);
    const ends = row["ends"] as number;
    if (ends & uniqueUntilStart) uniqueKeys.release(seq);
    const checkpoint = (ends & endBits.checkpoint) !== 0 ? checkpoints.of(seq) : undefined;
    return { seq, ...assignmentOf(row, ids.idOf(seq), checkpoint) };
  }
}

interface Head {
  readonly seq: number;
  readonly line: Line;
}

/** The oldest jobs of lines, read from the file some at a time; for one claim. */
class Heads {
  readonly #parts: ChangeParts;
  readonly #limit: number;
  readonly #read = new Map<Line, { readonly seqs: number[]; readonly count: number }>();

  /** @param limit how many jobs are to be claimed */
  constructor(parts: ChangeParts, limit: number) {
    this.#parts = parts;
    this.#limit = limit;
  }

  /** @returns nothing where somebody else has taken jobs out of the file; the lines know it then */
  takeOldest(lines: readonly Line[]): Head | undefined {
    let oldest: Head | undefined;
    for (const line of lines) {
      const seq = this.#seqs(line)[0];
      if (seq === undefined) this.#parts.lines.correct(line);
      else if (!oldest || seq < oldest.seq) oldest = { seq, line };
    }
    if (oldest) this.#seqs(oldest.line).shift();
    return oldest;
  }

  #seqs(line: Line): number[] {
    const read = this.#read.get(line);
    if (read && read.seqs.length > 0) return read.seqs;
    // Where many lines take turns, each gets a few jobs; a line that is alone gets all.
    const { size } = line.task.heaps[line.pool];
    const count = read ? 2 * read.count : Math.ceil(this.#limit / size);
    const { priority, group, task } = line;
    const rows = this.#parts.sql.heads[line.pool].all(priority, group.key, task.name, count);
    const seqs = rows.map(({ seq }) => seq as number);
    this.#read.set(line, { seqs, count });
    return seqs;
  }
}
