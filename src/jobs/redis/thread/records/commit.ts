import type { Client } from "../../connections.ts";
import { beginToWaitInLua } from "./begin-to-wait.ts";
import { numbersInLua } from "./numbers.ts";

export type Argument = string | number | Uint8Array;

/** What must still be as it was read: the number of the kind of check is its name in the script. */
type Check =
  /** A field of a hash has this value; the empty text: it is not there. */
  | readonly ["field", key: string, field: string, value: string]
  /** A key has this value; the empty text: it is not there. */
  | readonly ["value", key: string, value: string]
  /** A sorted set has at most so many members. */
  | readonly ["most", key: string, count: number]
  /** A sorted set has no member with a score up to this. */
  | readonly ["none", key: string, upTo: number]
  /** A sorted set has this member. */
  | readonly ["member", key: string, member: string];

/**
 * Checks first, and writes only if all of them hold. A script is atomic: nothing of another client
 * comes in between. It writes what its arguments say, so it is the same for every change.
 *
 * KEYS: the meta key. ARGV: the secret that it must have; the number of checks; four arguments for
 * each check; then each command, after the number of its arguments. A command after IFGONE and a key
 * is left out where that key is there. BEGIN is no command of Redis: begin-to-wait.ts. Returns the
 * number of the first check that fails, and what was found; or 0; or -1 where the secret is another
 * one.
 */
const script = `
${numbersInLua}
${beginToWaitInLua}
if redis.call("HGET", KEYS[1], "secret") ~= ARGV[1] then return {-1, 0} end
local at = 3
for check = 1, tonumber(ARGV[2]) do
  local kind, key, field, wanted = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  at = at + 4
  if kind == "most" then
    local count = redis.call("ZCARD", key)
    if count > tonumber(wanted) then return {check, count} end
  elseif kind == "none" then
    if redis.call("ZCOUNT", key, "-inf", wanted) > 0 then return {check, 0} end
  elseif kind == "member" then
    if not redis.call("ZSCORE", key, wanted) then return {check, 0} end
  else
    local found
    if kind == "field" then found = redis.call("HGET", key, field) else found = redis.call("GET", key) end
    if (found or "") ~= wanted then return {check, 0} end
  end
end
while at <= #ARGV do
  local count = tonumber(ARGV[at])
  local from = at + 1
  at = at + count + 1
  if ARGV[from] == "BEGIN" then
    beginToWait(KEYS[1], unpack(ARGV, from + 1, at - 1))
  elseif ARGV[from] ~= "IFGONE" then
    redis.call(unpack(ARGV, from, at - 1))
  elseif redis.call("EXISTS", ARGV[from + 1]) == 0 then
    redis.call(unpack(ARGV, from + 2, at - 1))
  end
end
return {0, 0}
`;

/** A change that is made whole, or not at all. */
export class Change {
  #checks = 0;
  readonly #checkArguments: Argument[] = [];
  readonly #commands: Argument[] = [];
  readonly #whenDone: (() => void)[] = [];

  /** @returns the number of this check, from 1 */
  expect(...[kind, key, ...rest]: Check): number {
    const [field, wanted] = rest.length === 2 ? rest : ["", rest[0]];
    this.#checkArguments.push(kind, key, field as string, wanted as string | number);
    return ++this.#checks;
  }

  do(...command: readonly [string, ...Argument[]]): void {
    this.#commands.push(command.length, ...command);
  }

  /** Only if this key is not there by then. */
  doIfGone(key: string, ...command: readonly [string, ...Argument[]]): void {
    this.do("IFGONE", key, ...command);
  }

  /** A job is to enter this line of a group: if it has none, the group takes the last place in `turns`. */
  begin(turns: string, line: string, group: string): void {
    this.do("BEGIN", turns, line, group);
  }

  /** What is begun when the change was made, and not before. */
  whenDone(begin: () => void): void {
    this.#whenDone.push(begin);
  }

  done(): void {
    for (const begin of this.#whenDone) begin();
  }

  get arguments(): Argument[] {
    return [this.#checks, ...this.#checkArguments, ...this.#commands];
  }
}

export interface Committed {
  /** The number of the first check that failed; 0 if all was written. */
  readonly failed: number;
  /** With a failed `most`: how many members there are. */
  readonly found: number;
}

type Scripted = Client & {
  commitChange(key: string, ...args: Argument[]): Promise<[number, number]>;
};

/** Redis has lost its data, or has those of another queue: what was read before is worth nothing. */
export class OtherQueue extends Error {
  constructor() {
    super("The queue in Redis is not the one that this server has opened");
  }
}

/** The secret that the queue of a connection must have. */
const secrets = new WeakMap<Client, string>();

/**
 * To be called once for each connection that commits.
 *
 * @param secret of the queue
 */
export function prepareCommit(client: Client, secret: string): void {
  secrets.set(client, secret);
  client.defineCommand("commitChange", { numberOfKeys: 1, lua: script });
}

/**
 * @param meta the key with the secret; in a cluster it says which node has all keys
 * @throws OtherQueue
 */
export async function commit(client: Client, meta: string, change: Change): Promise<Committed> {
  const args = change.arguments.map((each) =>
    each instanceof Uint8Array ? Buffer.from(each.buffer, each.byteOffset, each.byteLength) : each,
  );
  const secret = secrets.get(client) ?? "";
  const [failed, found] = await (client as Scripted).commitChange(meta, secret, ...args);
  if (failed < 0) throw new OtherQueue();
  if (failed === 0) change.done();
  return { failed, found };
}
