import { Lane } from "./lane.ts";
import type { Entry } from "./waiting-line.ts";

/** A run in line, as far as its client matters. */
export interface Membership {
  /**
   * When it starts, among the runs of all clients: the lowest number goes first. Runs with the same
   * number go in the order of their arrival.
   */
  readonly turn: number;
  /** It does not wait any more. A second call does nothing. */
  leave(): void;
}

type Arrival = Pick<Entry, "lane" | "client">;

/** The client of runs that nobody names one for. */
const anyClient = "";

/** Jobs have no clients. */
const ofJobs: Membership = { turn: 0, leave: () => {} };

interface Waiting<Run> {
  readonly run: Run;
  readonly turn: number;
}

/**
 * The live runs that wait, by client. Clients take turns: the first waiting run of each goes before
 * the second one of any. A client that comes late begins with the turn that is next. Of one client, the
 * turns are in the order of arrival.
 */
export class ClientsInLine<Run> {
  readonly #clients = new Map<string, Lane<Waiting<Run>>>();
  /** Of the run that started last, of those that had to wait. */
  #turn = 0;

  join({ lane, client: clientOf }: Arrival, run: Run): Membership {
    if (lane !== "live") return ofJobs;
    const client = clientOf?.() ?? anyClient;
    const runs = this.#clients.get(client) ?? new Lane<Waiting<Run>>();
    this.#clients.set(client, runs);
    const turn = Math.max(this.#turn, runs.last?.turn ?? 0) + 1;
    const remove = runs.push({ run, turn });
    const leave = () => {
      remove();
      if (runs.length === 0 && this.#clients.get(client) === runs) this.#clients.delete(client);
    };
    return { turn, leave };
  }

  /** A run with this turn starts. */
  started(turn: number): void {
    this.#turn = Math.max(this.#turn, turn);
  }

  /**
   * Who gives way to a further run where the line is full: the newest run of the client that has the
   * most, if that client then still has as many as the client of the further run. Jobs make nobody go.
   */
  rivalOf({ lane, client: clientOf }: Arrival): Run | undefined {
    if (lane !== "live") return undefined;
    const client = clientOf?.() ?? anyClient;
    let most = (this.#clients.get(client)?.length ?? 0) + 1;
    let newest: Run | undefined;
    for (const { length, last } of this.#clients.values()) {
      if (length <= most) continue;
      most = length;
      newest = last?.run;
    }
    return newest;
  }
}
