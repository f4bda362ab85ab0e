import type { DatabaseSync } from "node:sqlite";
import type { DeliveryRequest } from "../../../delivery.ts";

/** A claim looks at no more hosts than this. The next claim goes on behind them. */
const mostHosts = 500;

export interface ChosenDeliveries {
  /** The rows of deliveries that are due. */
  readonly seqs: readonly number[];
  /** Not every host was looked at. */
  readonly isPartial: boolean;
}

/** Chooses which deliveries are sent next. Hosts take turns: one with many keeps no other waiting. */
export class HostTurns {
  readonly #sql;
  /** The host that was looked at last. */
  #last = "";
  /** One look at every host. Several claims may share it. */
  #circle: { readonly start: string; hasWrapped: boolean } | undefined;

  constructor(db: DatabaseSync) {
    this.#sql = {
      /** The next host in the order of names, and when its first delivery is due. */
      next: db.prepare(
        `SELECT host, due_at FROM delivery INDEXED BY delivery_host
         WHERE due_at IS NOT NULL AND host > ? ORDER BY host, due_at LIMIT 1`,
      ),
      due: db.prepare(
        `SELECT seq FROM delivery INDEXED BY delivery_host
         WHERE due_at IS NOT NULL AND host = ? AND due_at <= ? ORDER BY due_at LIMIT ?`,
      ),
    };
  }

  choose({ limit, mostPerHost, busy }: DeliveryRequest, now: number): ChosenDeliveries {
    const busyOf = new Map(Object.entries(busy)); // A host may be called `constructor`.
    const seqs: number[] = [];
    for (let seen = 0; seqs.length < limit; seen++) {
      if (seen === mostHosts) return { seqs, isPartial: true };
      const next = this.#next();
      if (!next) break;
      const free = Math.min(limit - seqs.length, mostPerHost - (busyOf.get(next.host) ?? 0));
      if (free <= 0 || next.dueAt > now) continue;
      seqs.push(...this.#sql.due.all(next.host, now, free).map(({ seq }) => seq as number));
    }
    this.#circle = undefined;
    return { seqs, isPartial: false };
  }

  /** The next host of the circle; undefined at its end. */
  #next(): { readonly host: string; readonly dueAt: number } | undefined {
    this.#circle ??= { start: this.#last, hasWrapped: false };
    const circle = this.#circle;
    let row = this.#sql.next.get(this.#last);
    if (!row && !circle.hasWrapped) {
      circle.hasWrapped = true;
      row = this.#sql.next.get("");
    }
    const host = row?.["host"] as string;
    if (!row || (circle.hasWrapped && host > circle.start)) return undefined;
    this.#last = host;
    return { host, dueAt: row["due_at"] as number };
  }
}
