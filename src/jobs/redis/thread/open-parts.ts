import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { Ids } from "../../ids/ids.ts";
import type { Client } from "../connections.ts";
import { tellDependants } from "./after/settling.ts";
import { lookAtBatch } from "./batches/batch-counts.ts";
import { eachInTurn } from "./batches/each-in-turn.ts";
import type { CommandsOptions } from "./commands.ts";
import { type ConnectionListener, connect } from "./connect.ts";
import { Durable } from "./hosts/durable.ts";
import { News } from "./hosts/news.ts";
import { Pauses } from "./hosts/pauses.ts";
import { Room } from "./jobs/room.ts";
import { Submissions } from "./jobs/submit.ts";
import type { Parts } from "./parts.ts";
import { prepareCommit } from "./records/commit.ts";
import { Keys } from "./records/keys.ts";
import type { Pool } from "./records/record.ts";
import type { RedisThreadData } from "./store-thread.ts";
import { Tally } from "./tally.ts";
import { HeldTickets } from "./tickets/held-tickets.ts";
import { Placing } from "./tickets/placing.ts";
import { Tickets } from "./tickets/tickets.ts";
import type { TroubleWatch } from "./trouble.ts";

/** The version of what is in Redis. */
const version = "1";

const secretBytes = 32;

export interface OpenedConnections {
  readonly connections: readonly Client[];
  readonly trouble: TroubleWatch;
}

/** @param onLost hears of an attempt that is to stop here, if it runs here */
export async function openParts(
  { location, retentionMs, maxQueued }: RedisThreadData,
  listener: ConnectionListener,
  onLost: (seq: number, token: number) => void,
): Promise<CommandsOptions & OpenedConnections> {
  const keys = new Keys(location.name);
  const host = `${hostname()}-${randomBytes(6).toString("hex")}`;
  const connected = await connect(location, listener);
  const { client, durable: durableClient, subscriber, tickets: ticketClient, clock } = connected;
  const connections = [client, durableClient, subscriber, ticketClient];
  for (const each of [client, durableClient]) prepareCommit(each);
  const secret = await readSecret(client, keys);
  const tickets = await openTickets(ticketClient, keys, host);
  const held = new HeldTickets({
    tickets,
    steady: () => clock.steady(),
    onLost: ({ seq, token }) => onLost(seq, token),
  });
  const news = new News(client, subscriber, keys, host);
  const parts: Parts = {
    ...{ client, keys, clock, tickets, held, news, retentionMs, maxQueued },
    placing: new Placing({ client, keys, clock, tickets, news }),
    ids: new Ids(secret),
    tally: new Tally(() => clock.steady()),
    pauses: new Pauses(client, keys),
    limits: new Map(),
    background: {
      tellDependants: (untold) => begin(tellDependants(parts, untold)),
      lookAtBatch: eachInTurn((seq) => lookAtBatch(parts, seq)),
      stop: onLost,
    },
    random: Math.random,
  };
  const durableParts: Parts = { ...parts, client: durableClient };
  const room = new Room(parts);
  const submissions = new Submissions(durableParts, room);
  const durable = new Durable(durableClient, connected.canWait);
  const { trouble } = connected;
  return { parts, durableParts, submissions, room, durable, connections, trouble };
}

/** Where it fails, chores do it again. */
function begin(work: Promise<void>): void {
  work.catch(() => {});
}

async function openTickets(
  client: Client,
  keys: Keys,
  host: string,
): Promise<Readonly<Record<Pool, Tickets>>> {
  const bull = await import("bullmq");
  const open = (pool: Pool) =>
    new Tickets({ bull, client, prefix: keys.tag, pool, host, onError: () => {} });
  const tickets = { open: open("open"), held: open("held") };
  await Promise.all([tickets.open.start(), tickets.held.start()]);
  return tickets;
}

/** The secret of the queue's ids. The first host makes it. */
async function readSecret(client: Client, keys: Keys): Promise<Uint8Array> {
  await client.hsetnx(keys.meta, "version", version);
  await client.hsetnx(keys.meta, "secret", randomBytes(secretBytes).toString("base64"));
  const [found, secret] = await client.hmget(keys.meta, "version", "secret");
  if (found !== version)
    throw new Error(`The queue in Redis is of version ${found}; this manycore knows ${version}.`);
  return Buffer.from(secret ?? "", "base64");
}
