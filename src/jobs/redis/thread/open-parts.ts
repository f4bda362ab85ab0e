import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { Ids } from "../../ids/ids.ts";
import type { RowAttempt } from "../../starts.ts";
import type { Client } from "../connections.ts";
import { tellDependants } from "./after/settling.ts";
import { lookAtBatch } from "./batches/batch-counts.ts";
import { eachInTurn } from "./batches/each-in-turn.ts";
import type { CommandsOptions } from "./commands.ts";
import { type Connected, type ConnectionListener, connect } from "./connect.ts";
import { Durable } from "./hosts/durable.ts";
import { News } from "./hosts/news.ts";
import { Pauses } from "./hosts/pauses.ts";
import { Room } from "./jobs/room.ts";
import { Submissions } from "./jobs/submit.ts";
import type { Parts } from "./parts.ts";
import { prepareCommit } from "./records/commit.ts";
import { Keys } from "./records/keys.ts";
import { prepareNumbers } from "./records/numbers.ts";
import type { Pool } from "./records/record.ts";
import { prepareOwners } from "./records/ticket-owners.ts";
import type { RedisThreadData } from "./store-thread.ts";
import { HeldTickets } from "./tickets/held-tickets.ts";
import { unparkNext } from "./tickets/parking.ts";
import { Placing } from "./tickets/placing.ts";
import { Tickets, type TicketsOptions } from "./tickets/tickets.ts";
import { prepareTurns } from "./tickets/turns.ts";

/** The version of what is in Redis. */
const version = "2";

const secretBytes = 32;

/** What is kept where the connections are opened again. */
export type KeptParts = Pick<Parts, "limits" | "tally">;

export interface OpenedParts extends CommandsOptions {
  readonly connections: readonly Client[];
  /** Of the queue. Another one: it is another queue. */
  readonly secret: string;
}

export interface LossListener {
  /** Another host may have this attempt by now. */
  onLost(run: RowAttempt): void;
}

/** @throws Error for the operator */
export async function openParts(
  data: RedisThreadData,
  kept: KeptParts,
  listener: ConnectionListener & LossListener,
): Promise<OpenedParts> {
  const connected = await connect(data.location, listener);
  const { client, durable, subscriber, tickets } = connected;
  const connections = [client, durable, subscriber, tickets];
  try {
    return { ...(await makeParts(data, kept, { connected, listener })), connections };
  } catch (error) {
    for (const each of connections) each.disconnect();
    throw error;
  }
}

interface Making {
  readonly connected: Connected;
  readonly listener: LossListener;
}

async function makeParts(
  { location, retentionMs, maxQueued }: RedisThreadData,
  kept: KeptParts,
  { connected, listener }: Making,
): Promise<Omit<OpenedParts, "connections">> {
  const keys = new Keys(location.name);
  const host = `${hostname()}-${randomBytes(6).toString("hex")}`;
  const { client, durable: durableClient, subscriber, tickets: ticketClient, clock } = connected;
  const secret = await readSecret(client, keys);
  for (const each of [client, durableClient]) {
    prepareCommit(each, secret);
    prepareNumbers(each);
  }
  prepareOwners(client);
  prepareTurns(client);
  const news = new News(client, subscriber, keys, host);
  const tickets = await openTickets(ticketClient, keys, {
    host,
    onReturned: () => news.tellReturned(),
  });
  const held = new HeldTickets({
    tickets,
    steady: () => clock.steady(),
    onLost: (run) => listener.onLost(run),
  });
  const parts: Parts = {
    ...{ client, keys, clock, tickets, held, news, retentionMs, maxQueued },
    placing: new Placing({ client, keys, clock, tickets, news }),
    ids: new Ids(Buffer.from(secret, "base64")),
    pauses: new Pauses(client, keys),
    ...kept,
    background: {
      tellDependants: (untold) => begin(tellDependants(parts, untold)),
      lookAtBatch: eachInTurn((seq: number) => lookAtBatch(parts, seq)),
      lookAtLine: eachInTurn((line: string) => unparkNext(parts, line)),
      stop: (seq, token) => listener.onLost({ seq, token }),
    },
    random: Math.random,
  };
  const durableParts: Parts = { ...parts, client: durableClient };
  const room = new Room(parts);
  const submissions = new Submissions(durableParts, room);
  const durable = new Durable(durableClient, keys, connected.canWait);
  return { parts, durableParts, submissions, room, durable, secret };
}

/** Where it fails, chores do it again. */
function begin(work: Promise<void>): void {
  work.catch(() => {});
}

async function openTickets(
  client: Client,
  keys: Keys,
  options: Pick<TicketsOptions, "host" | "onReturned">,
): Promise<Readonly<Record<Pool, Tickets>>> {
  const bull = await import("bullmq");
  const open = (pool: Pool) =>
    new Tickets({ bull, client, prefix: keys.tag, pool, ...options, onError: () => {} });
  const tickets = { open: open("open"), held: open("held") };
  await Promise.all([tickets.open.start(), tickets.held.start()]);
  return tickets;
}

/** The secret of the queue's ids. The first host makes it. */
async function readSecret(client: Client, keys: Keys): Promise<string> {
  await client.hsetnx(keys.meta, "version", version);
  const made = randomBytes(secretBytes).toString("base64");
  await client.hsetnx(keys.meta, "secret", made);
  const [found, secret] = await client.hmget(keys.meta, "version", "secret");
  if (found !== version)
    throw new Error(
      `The queue ${keys.tag} in Redis was made by another version of manycore (its format is ${found}, ` +
        `this one has ${version}). Use that version, or name another queue (?name=NAME)`,
    );
  return secret ?? "";
}
