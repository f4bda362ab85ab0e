/**
 * Which job a ticket belongs to. A ticket bears the number of the job that it was made for. But two
 * jobs swap theirs where another one is started than the ticket's own (tickets/turns.ts). A job has
 * the id of its ticket in its hash; a hash for all has the tickets whose owner is not in their name.
 */
import type { Client } from "../../connections.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "./commit.ts";
import type { Keys } from "./keys.ts";

/**
 * KEYS: the hash of owners. ARGV: what all keys begin with; the ticket; fields of a job. Returns those
 * of the ticket's owner. Read one after the other, a ticket that is swapped meanwhile might seem to be
 * nobody's.
 */
const script = `
local jobs = ARGV[1] .. "job:"
local owner = string.match(ARGV[2], "^%d+")
if redis.call("HGET", jobs .. owner, "t") ~= ARGV[2] then
  owner = redis.call("HGET", KEYS[1], ARGV[2])
end
if not owner then return false end
return redis.call("HMGET", jobs .. owner, unpack(ARGV, 3))
`;

type Scripted = Client & {
  readOwner(key: string, ...args: string[]): Promise<(string | null)[] | null>;
};

/** To be called once for each connection that asks. */
export function prepareOwners(client: Client): void {
  client.defineCommand("readOwner", { numberOfKeys: 1, lua: script });
}

/** @returns these fields of the job that has the ticket; none where no job has it, and none ever will */
export async function readOwnerFields(
  { client, keys }: Pick<Parts, "client" | "keys">,
  ticket: string,
  fields: readonly string[],
): Promise<readonly (string | null)[]> {
  const prefix = keys.of("");
  return (await (client as Scripted).readOwner(keys.owners, prefix, ticket, ...fields)) ?? [];
}

/** A job goes from one ticket to another one; the empty text: none. */
export interface TicketMove {
  readonly seq: number;
  readonly from: string;
  readonly to: string;
}

/** What all moves of one change do together: in a swap, each takes what the other leaves. */
export function moveOwners(change: Change, keys: Keys, moves: readonly TicketMove[]): void {
  const real = moves.filter(({ from, to }) => from !== to);
  for (const { seq, from } of real) {
    if (from !== "" && !isNamedAfter(from, seq)) change.do("HDEL", keys.owners, from);
  }
  for (const { seq, to } of real) {
    if (to === "") change.do("HDEL", keys.job(seq), "t");
    else change.do("HSET", keys.job(seq), "t", to);
    if (to !== "" && !isNamedAfter(to, seq)) change.do("HSET", keys.owners, to, seq);
  }
}

function isNamedAfter(ticket: string, seq: number): boolean {
  return Number.parseInt(ticket, 10) === seq;
}
