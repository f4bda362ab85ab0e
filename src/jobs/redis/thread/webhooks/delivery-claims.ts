import type {
  DeliveryClaim,
  DeliveryRequest,
  DeliveryVerdict,
  DueDeliveries,
  SentWebhook,
} from "../../../delivery.ts";
import { afterAttempt } from "../../../transitions/deliveries.ts";
import { HostTurns } from "../../../webhooks/host-turns.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { dueDelivery, idOfSubject } from "./delivery-events.ts";
import {
  changeDelivery,
  type DeliveryRecord,
  deliveryOf,
  dueDeliveriesKey,
  removeDelivery,
} from "./delivery-record.ts";
import { dropGone, readDueHosts } from "./receiving-hosts.ts";

/**
 * A claimed delivery counts as not sent after this time, and any server sends it: the one that had it
 * is gone, or cannot reach Redis. An attempt takes 10 s at most.
 */
const leaseMs = 30_000;

/** How many attempts of a delivery are kept, the latest. More are only made by hand. */
const keptAttempts = 20;

/** The deliveries that the sender of this server claims. */
export class DeliveryClaims {
  readonly #parts: Parts;
  readonly #turns = new HostTurns();
  /** The token of each claim that was not reported or given back. */
  readonly #claimed = new Map<number, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async claim(request: DeliveryRequest): Promise<DueDeliveries> {
    const parts = this.#parts;
    const nextInMs = await this.#nextInMs();
    if (nextInMs === null || nextInMs > 0) return { due: [], nextInMs, isPartial: false };
    const hosts = await readDueHosts(parts, this.#turns.last, request.mostPerHost);
    const { seqs, isPartial } = this.#turns.choose(hosts, request, parts.clock.now());
    const claimed = await Promise.all(seqs.map((seq) => this.#claimOne(seq, hosts.hostOf(seq))));
    const records = claimed.filter((each) => each !== null);
    const due = await Promise.all(records.map((record) => this.#dueOf(record)));
    return {
      due: due.filter((each) => each !== null),
      nextInMs: await this.#nextInMs(),
      // Where another server was quicker, others may be due to the same host.
      isPartial: isPartial || records.length < seqs.length,
    };
  }

  async report({ seq, token }: DeliveryClaim, sent: SentWebhook): Promise<DeliveryVerdict> {
    const parts = this.#parts;
    const { startedAt, durationMs, status, error } = sent;
    const settled = await changeDelivery(parts, seq, (record) => {
      if (!isClaimed(record, token)) return null;
      const tries = record.tries + 1;
      const after = afterAttempt(tries, sent, parts.random);
      const attempts = [...record.attempts, { startedAt, durationMs, status, error }];
      return {
        ...{ tries, attempts: attempts.slice(-keptAttempts) },
        ...(after.to === "pending"
          ? { state: "waiting", dueAt: parts.clock.now() + after.pauseMs }
          : { state: after.to, dueAt: null }),
      };
    });
    this.#forget(seq, token);
    if (!settled) return { state: null, subject: "", tries: 0 };
    const { state } = deliveryOf(settled, "");
    return { state, subject: idOfSubject(parts, settled.subject), tries: settled.tries };
  }

  async giveBack({ seq, token }: DeliveryClaim): Promise<void> {
    const { clock } = this.#parts;
    await changeDelivery(this.#parts, seq, (record) =>
      isClaimed(record, token) ? { state: "waiting", dueAt: clock.now() } : null,
    );
    this.#forget(seq, token);
  }

  /** The sender of this server has just been started. What the one before it had is due again. */
  async release(): Promise<void> {
    const claims = [...this.#claimed];
    await Promise.all(claims.map(([seq, token]) => this.giveBack({ seq, token })));
  }

  #forget(seq: number, token: number): void {
    if (this.#claimed.get(seq) === token) this.#claimed.delete(seq);
  }

  /** See `DueDeliveries`. */
  async #nextInMs(): Promise<number | null> {
    const { client, keys, clock } = this.#parts;
    const [, due] = await client.zrange(dueDeliveriesKey(keys), "0", "0", "WITHSCORES");
    return due === undefined ? null : Number(due) - clock.now();
  }

  /** @returns null where another server was quicker */
  async #claimOne(seq: number, host: string): Promise<DeliveryRecord | null> {
    const { clock } = this.#parts;
    const now = clock.now();
    const isDue = ({ dueAt }: DeliveryRecord) => dueAt !== null && dueAt <= now;
    const claimed = await changeDelivery(this.#parts, seq, (record) =>
      isDue(record) ? { state: "sending", token: record.token + 1, dueAt: now + leaseMs } : null,
    );
    if (claimed) this.#claimed.set(seq, claimed.token);
    else await dropGone(this.#parts, seq, host);
    return claimed;
  }

  /** Nothing where there is no event to tell any more. */
  async #dueOf(record: DeliveryRecord) {
    const due = await dueDelivery(this.#parts, record);
    if (due) return due;
    const { client, keys } = this.#parts;
    const change = new Change();
    removeDelivery(change, keys, record.seq, record.host);
    await commit(client, keys.meta, change);
    this.#forget(record.seq, record.token);
    return null;
  }
}

function isClaimed({ state, token }: DeliveryRecord, claim: number): boolean {
  return state === "sending" && token === claim;
}
