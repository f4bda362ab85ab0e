/**
 * What a load on this server tells while it runs: each line of its process, and each event of
 * `GET /load/events`. Types only: the page imports them.
 */

export type ServerLoadEvent =
  | { readonly event: "plan"; readonly data: ServerLoadPlan }
  | { readonly event: "load"; readonly data: ServerLoadMoment }
  | { readonly event: "end"; readonly data: ServerLoadEnd }
  /** It could not go on. */
  | { readonly event: "failed"; readonly data: { readonly message: string } };

/** What to load, and how much. */
export interface ServerLoadOrder {
  /** Where the server listens. */
  readonly url: string;
  readonly task: string;
  /** As JSON; for `hash` an object. */
  readonly input: unknown;
  readonly perSecond: number;
  readonly seconds: number;
  /** Further headers of each request. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ServerLoadPlan {
  readonly task: string;
  /** Requests that are sent each second, whatever the answers do. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Ms since 1970. */
  readonly startedAt: number;
}

/** About five a second. */
export interface ServerLoadMoment {
  /** Ms since 1970. */
  readonly at: number;
  readonly sentPerSecond: number;
  readonly answeredPerSecond: number;
  /** Requests that were sent and not answered yet. */
  readonly inFlight: number;
  /** Of the right answers of this moment, from their intended send; null without one. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** Of the whole load. */
export interface ServerLoadEnd {
  readonly sent: number;
  readonly answered: number;
  /** Answers with 503. */
  readonly refused: number;
  /** No answer, or another one. */
  readonly failed: number;
  /** From the intended send; null where too many were given up. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Whether it was ended early. */
  readonly isStopped: boolean;
}
