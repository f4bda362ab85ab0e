import { type DueHosts, mostHosts } from "../../../webhooks/host-turns.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { dueOfHostKey, readDelivery, receivingHostsKey } from "./delivery-record.ts";

/** The first deliveries to one host. */
interface FirstOfHost {
  readonly host: string;
  readonly deliveries: readonly { readonly seq: number; readonly dueAt: number }[];
}

export interface ReadHosts extends DueHosts {
  /** The host in whose line a delivery was found. */
  hostOf(seq: number): string;
}

/**
 * Reads what one claim may look at: the hosts behind a name, and if these are few, those from the
 * first on.
 *
 * @param mostPerHost deliveries of each host
 */
export async function readDueHosts(
  parts: Parts,
  last: string,
  mostPerHost: number,
): Promise<ReadHosts> {
  const { client, keys } = parts;
  const set = receivingHostsKey(keys);
  const behind = await client.zrangebylex(set, `(${last}`, "+", "LIMIT", 0, mostHosts);
  const room = mostHosts - behind.length;
  const before =
    room === 0 || last === ""
      ? []
      : await client.zrangebylex(set, "-", `[${last}`, "LIMIT", 0, room);
  const names = [...before, ...behind];
  const read = await Promise.all(names.map((host) => readFirst(parts, host, mostPerHost)));
  const hosts = read.filter(({ deliveries }) => deliveries.length > 0);
  return {
    hostOf(seq) {
      const found = hosts.find(({ deliveries }) => deliveries.some((each) => each.seq === seq));
      return found?.host ?? "";
    },
    next(after) {
      const found = hosts.find(({ host }) => host > after);
      return found && { host: found.host, dueAt: found.deliveries[0]?.dueAt ?? 0 };
    },
    due(host, now, most) {
      const own = hosts.find((each) => each.host === host)?.deliveries ?? [];
      return own
        .filter(({ dueAt }) => dueAt <= now)
        .flatMap(({ seq }, at) => (at < most ? seq : []));
    },
  };
}

async function readFirst(parts: Parts, host: string, most: number): Promise<FirstOfHost> {
  const key = dueOfHostKey(parts.keys, host);
  const found = await parts.client.zrange(key, "0", String(most - 1), "WITHSCORES");
  if (found.length === 0) await dropHost(parts, host);
  const deliveries = found.flatMap((seq, at) =>
    at % 2 === 0 ? { seq: Number(seq), dueAt: Number(found[at + 1]) } : [],
  );
  return { host, deliveries };
}

/** Nothing is to be sent there, unless another server has added something meanwhile. */
async function dropHost({ client, keys }: Parts, host: string): Promise<void> {
  const change = new Change();
  change.expect("most", dueOfHostKey(keys, host), 0);
  change.do("ZREM", receivingHostsKey(keys), host);
  await commit(client, keys.meta, change);
}

/**
 * A delivery that was removed when its job had another receiver stays in the line of the former one.
 * It must not be found again.
 */
export async function dropGone(parts: Parts, seq: number, host: string): Promise<void> {
  if ((await readDelivery(parts, seq)) !== null) return;
  await parts.client.zrem(dueOfHostKey(parts.keys, host), seq);
}
