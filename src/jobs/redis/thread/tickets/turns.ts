/**
 * Groups take turns. BullMQ orders tickets by priority and time, and cannot choose by group. So a
 * ticket that was taken says only that a job of its priority may start. Which one is chosen here, from
 * sorted sets of our own; where it is another job than the ticket's, the two swap tickets.
 *
 * Of the groups that wait, the one with the fewest running jobs is next, then the one that was served
 * longest ago. The order of the latter is kept in `turns`, by stamps: numbers among those of jobs. A
 * stamp there may be lower than the group's real one, never higher. It is put right when it is looked at.
 */
import type { Client } from "../../connections.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import { jobFields, type ReadJob, readJobOf } from "../records/job-changes.ts";
import type { JobRecord, Pool } from "../records/record.ts";
import { turnsScript } from "./turns-script.ts";

type Found = readonly [stamp: number, ...jobs: (string | null)[][]] | "again";

type Scripted = Client & {
  nextInTurn(key: string, ...args: (string | number)[]): Promise<Found>;
};

/** To be called once for each connection that asks. */
export function prepareTurns(client: Client): void {
  client.defineCommand("nextInTurn", { numberOfKeys: 1, lua: turnsScript });
}

/** A job that is next, as it was read. */
export interface Turn {
  readonly job: ReadJob;
  /** What its group gets where it starts: higher than all numbers of jobs and stamps before. */
  readonly stamp: number;
}

/**
 * Jobs that one script chooses: it looks at the groups of the earlier ones for each, and holds up Redis
 * meanwhile. With 256 groups it takes about 10 ms.
 */
const mostAtOnce = 256;

/**
 * @returns at most so many, in their order; fewer where more are wanted than one script chooses, and
 * none only where no job of this priority is due and has room
 */
export async function nextInTurn(
  { client, keys }: Pick<Parts, "client" | "keys">,
  pool: Pool,
  priority: number,
  count: number,
): Promise<Turn[]> {
  const args = [keys.of(""), pool, priority, Math.min(count, mostAtOnce), ...jobFields];
  let found: Found = "again";
  while (found === "again") found = await (client as Scripted).nextInTurn(keys.meta, ...args);
  const [first, ...jobs] = found;
  return jobs.flatMap((fields, at) => {
    const job = readJobOf(fields);
    return job ? [{ job, stamp: first + at }] : [];
  });
}

/** The latest groups whose stamps are kept. Another one takes the place of its oldest job. */
const mostServed = 10_000;

/** A job of this group starts. */
export function serve(change: Change, { keys }: Parts, group: string | null, stamp: number): void {
  change.do("ZADD", keys.served, stamp, group ?? "");
  change.do("ZREMRANGEBYRANK", keys.served, 0, -mostServed - 1);
}

/** A job without a group is next, as its ticket is: where it is so, nothing else need be asked. */
export function expectNoTurns(
  change: Change,
  { keys, clock }: Parts,
  { pool, priority }: JobRecord,
): void {
  change.expect("most", keys.turns(pool, priority), 0);
  change.expect("none", keys.planned(pool, priority, "groups"), clock.now());
}
