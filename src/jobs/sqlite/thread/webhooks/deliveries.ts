/** Webhooks in the queue's file. Each change belongs in a transaction (store.ts). */
import type { DatabaseSync } from "node:sqlite";
import type {
  Delivery,
  DeliveryClaim,
  DeliveryRequest,
  DeliveryState,
  DueDeliveries,
  SentWebhook,
} from "../../../delivery.ts";
import { afterAttempt, longestRetryAfterMs } from "../../../transitions/deliveries.ts";
import { HostTurns } from "../../../webhooks/host-turns.ts";
import { ClockShift } from "../clock-shift.ts";
import type { Row } from "../jobs/rows.ts";
import type { WallClock } from "../wall-clock.ts";
import {
  attemptsOf,
  deliveryCodes,
  deliveryOf,
  deliveryStateOf,
  markOf,
  prepareDeliveries,
  type Subject,
  subjectOf,
} from "./delivery-rows.ts";
import { dueHostsOf } from "./due-hosts.ts";

/** A claimed delivery counts as not sent after this time. An attempt takes 10 s at most. */
const leaseMs = 60_000;

/** After this time the sender asks again, if the clock was set and pauses are still moved. */
const shiftingMs = 100;

/** How many attempts of a delivery are kept, the latest. More are only made by hand. */
const keptAttempts = 20;

/** A claimed row; the event is written by those who know its subject. */
export interface ClaimedRow {
  readonly claim: DeliveryClaim;
  readonly subject: Subject;
  /** See `markOf`. */
  readonly mark: string;
  readonly url: string;
  readonly host: string;
}

export class DeliveryTable {
  /** The pauses of deliveries, when the clock was set. Meanwhile nothing is claimed. */
  readonly shift: ClockShift;
  readonly #sql;
  readonly #hosts;
  readonly #turns = new HostTurns();
  readonly #clock: WallClock;
  readonly #random: () => number;
  /** In the transaction that is open. */
  #isNewOpen = false;
  #isNew = false;

  constructor(db: DatabaseSync, clock: WallClock, random: () => number) {
    this.#sql = prepareDeliveries(db);
    this.#hosts = dueHostsOf(db);
    this.shift = new ClockShift({ next: this.#sql.pausing, move: this.#sql.shift });
    this.#clock = clock;
    this.#random = random;
  }

  /** The end of a job or a batch is to be sent. It is due when the transaction is on disk. */
  announce(subject: Subject, url: string): void {
    const { job = null, batch = null } = subject as { job?: number; batch?: number };
    // A task may have forged a URL that is none. Its attempts fail; it is not lost in silence.
    const host = URL.parse(url)?.hostname || "none";
    const { lastInsertRowid } = this.#sql.insert.run(job, batch, url, host, this.#clock.now());
    this.shift.began(Number(lastInsertRowid));
    this.#isNewOpen = true;
  }

  /** The URL that a job's end is to be sent to, of the JSON in its row. */
  announceJob(seq: number): void {
    const extras = this.#sql.extras.get(seq)?.["extras"] as string | null | undefined;
    const { onEnd } = JSON.parse(extras ?? "{}") as { onEnd?: { url: string } };
    if (onEnd) this.announce({ job: seq }, onEnd.url);
  }

  /** The job is to run again, so the webhook of its end is not sent any more. */
  withdraw(job: number): void {
    this.#sql.job.withdraw.run(job);
  }

  remove(subject: Subject): void {
    const [sql, seq] = this.#of(subject);
    sql.remove.run(seq);
  }

  claim(request: DeliveryRequest): { rows: ClaimedRow[]; isPartial: boolean } {
    const now = this.#clock.now();
    const nextInMs = this.nextInMs();
    if (nextInMs === null || nextInMs > 0) return { rows: [], isPartial: false };
    const { seqs, isPartial } = this.#turns.choose(this.#hosts, request, now);
    return { rows: seqs.map((seq) => this.#claimRow(seq, now)), isPartial };
  }

  /** See `DueDeliveries`. */
  nextInMs(): DueDeliveries["nextInMs"] {
    if (this.shift.isUnderWay) return shiftingMs;
    const due = this.#sql.nextDue.get()?.["due_at"] as number | undefined;
    return due === undefined ? null : due - this.#clock.now();
  }

  /** @returns what became of it; undefined for a claim that holds no more */
  report({ seq, token }: DeliveryClaim, sent: SentWebhook) {
    const row = this.#sql.claimed.get(seq, token);
    if (!row) return undefined;
    const tries = (row["tries"] as number) + 1;
    const after = afterAttempt(tries, sent, this.#random);
    const { startedAt, durationMs, status, error } = sent;
    const attempts = [...attemptsOf(row), { startedAt, durationMs, status, error }];
    const text = JSON.stringify(attempts.slice(-keptAttempts));
    const dueAt = after.to === "pending" ? this.#clock.now() + after.pauseMs : null;
    const code = after.to === "pending" ? deliveryCodes.waiting : deliveryCodes[after.to];
    this.#sql.settle.run(code, dueAt, tries, text, seq);
    this.shift.began(seq);
    const state: DeliveryState = deliveryStateOf(code);
    return { state, tries, subject: subjectOf(row) };
  }

  giveBack({ seq, token }: DeliveryClaim): void {
    const { changes } = this.#sql.giveBack.run(this.#clock.now(), seq, token);
    if (changes > 0) this.shift.began(seq);
  }

  /** The sender has just been started. No other one is left. */
  release(): void {
    const now = this.#clock.now();
    this.#began(this.#sql.release.all(now));
    // The clock may have been set back meanwhile.
    this.#began(this.#sql.bound.all(now + longestRetryAfterMs));
  }

  /** @returns whether there was one to send */
  retry(subject: Subject): boolean {
    const [sql, seq] = this.#of(subject);
    const rows = sql.retry.all(this.#clock.now(), seq);
    this.#began(rows);
    const isSent = rows.length > 0;
    if (isSent) this.#isNewOpen = true;
    return isSent;
  }

  /** @param idOf makes the `webhook-id` */
  list(subject: Subject, idOf: (mark: string) => string): Delivery[] {
    const [sql, seq] = this.#of(subject);
    return sql.all.all(seq).map((row) => deliveryOf(row, idOf(markOf(row))));
  }

  /** The JSON text of a result, if it has at most this many bytes. */
  shortResult(job: number, mostBytes: number): string | null {
    return (this.#sql.result.get(job, mostBytes)?.["result"] ?? null) as string | null;
  }

  /** The transaction is on disk. */
  commit(): void {
    this.#isNew ||= this.#isNewOpen;
    this.#isNewOpen = false;
    this.shift.commit();
  }

  rollBack(): void {
    this.#isNewOpen = false;
    this.shift.rollBack();
  }

  /** Whether more are due since the last call. */
  takeNew(): boolean {
    const isNew = this.#isNew;
    this.#isNew = false;
    return isNew;
  }

  #began(rows: readonly Row[]): void {
    for (const { seq } of rows) this.shift.began(seq as number);
  }

  #of(subject: Subject) {
    if ("job" in subject) return [this.#sql.job, subject.job] as const;
    return [this.#sql.batch, subject.batch] as const;
  }

  #claimRow(seq: number, now: number): ClaimedRow {
    const row = this.#sql.claim.get(now + leaseMs, seq) as Row;
    return {
      claim: { seq, token: row["token"] as number },
      subject: subjectOf(row),
      mark: markOf(row),
      url: row["url"] as string,
      host: row["host"] as string,
    };
  }
}
