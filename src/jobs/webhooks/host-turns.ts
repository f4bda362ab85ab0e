import type { DeliveryRequest } from "../delivery.ts";

/** A claim looks at no more hosts than this. The next claim goes on behind them. */
export const mostHosts = 500;

/** The hosts to which deliveries are to be sent, in the order of their names. */
export interface DueHosts {
  /** The first host behind a name, and when its first delivery is due (ms since 1970). */
  next(after: string): DueHost | undefined;
  /** The numbers of the first deliveries to a host that are due, at most so many. */
  due(host: string, now: number, most: number): readonly number[];
}

export interface DueHost {
  readonly host: string;
  readonly dueAt: number;
}

export interface ChosenDeliveries {
  /** The numbers of deliveries that are due. */
  readonly seqs: readonly number[];
  /** Not every host was looked at. */
  readonly isPartial: boolean;
}

/** Chooses which deliveries are sent next. Hosts take turns: one with many keeps no other waiting. */
export class HostTurns {
  /** The host that was looked at last. */
  #last = "";
  /** One look at every host. Several claims may share it. */
  #circle: { readonly start: string; hasWrapped: boolean } | undefined;

  /** The next look begins behind this host. */
  get last(): string {
    return this.#last;
  }

  choose(
    hosts: DueHosts,
    { limit, mostPerHost, busy }: DeliveryRequest,
    now: number,
  ): ChosenDeliveries {
    const busyOf = new Map(Object.entries(busy)); // A host may be called `constructor`.
    const seqs: number[] = [];
    for (let seen = 0; seqs.length < limit; seen++) {
      if (seen === mostHosts) return { seqs, isPartial: true };
      const next = this.#next(hosts);
      if (!next) break;
      const free = Math.min(limit - seqs.length, mostPerHost - (busyOf.get(next.host) ?? 0));
      if (free <= 0 || next.dueAt > now) continue;
      seqs.push(...hosts.due(next.host, now, free));
    }
    this.#circle = undefined;
    return { seqs, isPartial: false };
  }

  /** The next host of the circle; undefined at its end. */
  #next(hosts: DueHosts): DueHost | undefined {
    this.#circle ??= { start: this.#last, hasWrapped: false };
    const circle = this.#circle;
    let next = hosts.next(this.#last);
    if (!next && !circle.hasWrapped) {
      circle.hasWrapped = true;
      next = hosts.next("");
    }
    if (!next || (circle.hasWrapped && next.host > circle.start)) return undefined;
    this.#last = next.host;
    return next;
  }
}
