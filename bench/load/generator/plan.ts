/**
 * A load plan is plain data and bytes: it is sent to the generator's process. `resolve-plan.ts` checks it and
 * fills in the defaults.
 */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What the body of an answer with an expected status must be. */
export type BodyCheck =
  | { readonly kind: "text"; readonly equals: string }
  /** These bytes (the text in UTF-8) stand somewhere in the body. Cheap, however long it is. */
  | { readonly kind: "contains"; readonly text: string }
  /** Lower-case hexadecimal SHA-256 of the body. */
  | { readonly kind: "sha256"; readonly equals: string }
  | { readonly kind: "bytes"; readonly equals: Uint8Array }
  | { readonly kind: "length"; readonly bytes: number }
  /** The value at a JSON pointer (RFC 6901; "" is the whole body). */
  | { readonly kind: "json"; readonly pointer: string; readonly equals: JsonValue };

export interface Expectation {
  /** Statuses of a good answer. Default: [200]. */
  readonly statuses?: readonly number[];
  /** Statuses that are counted apart: not timed, and no failures. */
  readonly tolerated?: readonly number[];
  /** The Content-Type, whole. Checked only for answers with a good status, as the body is. */
  readonly type?: string;
  /** Checked only for answers with a good status. */
  readonly body?: BodyCheck;
}

export interface LoadRequest {
  /** Default: GET. */
  readonly method?: string;
  /** Path and query, with the leading slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as UTF-8. It is application/json unless the headers say otherwise. */
  readonly body?: string | Uint8Array;
  readonly expect?: Expectation;
}

/**
 * When requests are sent: in an open loop at a rate, whatever the answers do, or in a closed loop.
 */
export type Arrivals =
  | { readonly kind: "constant"; readonly perSecond: number }
  | {
      readonly kind: "poisson";
      readonly perSecond: number;
      readonly seed?: number;
      /**
       * True sends exactly the rate's number of requests in the warm-up and in the measured time: a
       * Poisson process given its count. Default: false.
       */
      readonly counted?: boolean;
    }
  /**
   * Every connection sends again when it was answered. After anything but a correct answer it waits
   * `pauseMs`. The default of 10 keeps a refused connection from spinning; 1,000 is a client that
   * obeys `Retry-After: 1`. `mostPerSecond` bounds the requests of all connections together.
   */
  | { readonly kind: "closed"; readonly pauseMs?: number; readonly mostPerSecond?: number };

/** Where an answer says which worker made it. */
export type WorkerSource =
  | { readonly header: string }
  /** JSON pointer into the body (RFC 6901). */
  | { readonly pointer: string };

/**
 * A light request at a constant rate beside the load, over its own connections. With too few of
 * them it would measure its own queue; the result says how many requests waited for a connection.
 */
export interface ProbePlan {
  /** Default: `GET /`. */
  readonly request?: LoadRequest;
  readonly perSecond: number;
  /** False opens a connection for every request. Default: true. */
  readonly keepAlive?: boolean;
  /**
   * Most connections at once. Default: 8, or 64 without keep-alive. Kept ones are opened and
   * answered once before the load; otherwise they would wait behind the load's connections to be
   * accepted.
   */
  readonly connections?: number;
}

export interface LoadPlan {
  /** Origin of the server: `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Sent in turn if there are several. */
  readonly requests: readonly LoadRequest[];
  readonly arrivals: Arrivals;
  /**
   * Number of connections. In an open loop all are open before the first request is due. Each
   * arrival takes one at random and waits behind that one's own requests, like many clients with a
   * connection each. Without keep-alive it is the most at once.
   */
  readonly connections: number;
  /** False opens a connection for every request; true where it is left out. */
  readonly keepAlive?: boolean;
  /** Load before the measured time. Default: 0. */
  readonly warmupMs?: number;
  readonly durationMs: number;
  /** Ends the run early, after this many measured requests. */
  readonly maxRequests?: number;
  /** From the intended send to the last byte of the answer. Default: 30,000. */
  readonly timeoutMs?: number;
  readonly worker?: WorkerSource;
  /**
   * True collects how long the runs took by the server's clock: `run;dur=` of the header
   * Server-Timing. Not together with a worker that is named by a header.
   */
  readonly runTimes?: boolean;
  /** The result counts the correct answers that took longer than each of these. */
  readonly limitsMs?: readonly number[];
  readonly probe?: ProbePlan;
  /**
   * For the self-test only. "actual" times from the actual send: coordinated omission, on purpose.
   */
  readonly timedFrom?: "intended" | "actual";
}

/**
 * How a stream has its connections:
 * - `on-demand`: opened when needed; a request takes one that is idle
 * - `fixed`: opened before the load; a request takes one at random, busy or not
 * - `warm`: opened and answered once before the load; a request takes one that is idle
 */
export type PoolKind = "on-demand" | "fixed" | "warm";

/** One stream of requests with every default filled in. */
export interface FullStream {
  readonly requests: readonly LoadRequest[];
  readonly arrivals: Arrivals;
  readonly connections: number;
  readonly keepAlive: boolean;
  readonly pool: PoolKind;
  readonly maxRequests: number | null;
  readonly worker: WorkerSource | null;
  readonly runTimes: boolean;
  readonly limitsMs: readonly number[];
}

/** A load plan with every default filled in, as the generator's process takes it. */
export interface FullPlan {
  readonly url: string;
  readonly load: FullStream;
  readonly probe: FullStream | null;
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly timeoutMs: number;
  readonly timedFrom: "intended" | "actual";
}
