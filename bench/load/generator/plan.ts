/**
 * A load plan is plain data: it can be written in a scenario file, sent to the generator's process
 * and kept beside its result. `resolve-plan.ts` checks it and fills in the defaults.
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
  /** These bytes (of the text in UTF-8) stand somewhere in it: cheap, however long the body is. */
  | { readonly kind: "contains"; readonly text: string }
  /** Lower-case hexadecimal SHA-256 of the body. */
  | { readonly kind: "sha256"; readonly equals: string }
  | { readonly kind: "bytes"; readonly length: number }
  /** The value at a JSON pointer (RFC 6901; "" is the whole body). */
  | { readonly kind: "json"; readonly pointer: string; readonly equals: JsonValue };

export interface Expectation {
  /** Statuses of a good answer; [200] where it is left out. */
  readonly statuses?: readonly number[];
  /** Statuses that are counted beside the good ones, and neither timed nor held to be failures. */
  readonly tolerated?: readonly number[];
  /** Held against answers with a good status only. */
  readonly body?: BodyCheck;
}

export interface LoadRequest {
  /** GET where it is left out. */
  readonly method?: string;
  /** Path and query, with the leading slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as UTF-8, as application/json unless the headers say otherwise. */
  readonly body?: string;
  readonly expect?: Expectation;
}

/** When requests are sent: open loop at a rate, whatever the answers do, or closed loop. */
export type Arrivals =
  | { readonly kind: "constant"; readonly perSecond: number }
  | {
      readonly kind: "poisson";
      readonly perSecond: number;
      readonly seed?: number;
      /**
       * True sends exactly the rate's number of requests in the warm-up and in the measured time:
       * a Poisson process given its count. False where it is left out.
       */
      readonly counted?: boolean;
    }
  /**
   * Every connection sends again when it was answered. After anything but a correct answer it waits
   * for `pauseMs` first: 10 where it is left out, lest a refused connection spins; 1,000 is a client
   * that does what `Retry-After: 1` asks. `mostPerSecond` bounds the requests of all connections
   * together; without it only their answers do.
   */
  | { readonly kind: "closed"; readonly pauseMs?: number; readonly mostPerSecond?: number };

/** Where an answer says which worker made it. */
export type WorkerSource =
  | { readonly header: string }
  /** JSON pointer into the body (RFC 6901). */
  | { readonly pointer: string };

/**
 * A light request at a constant rate beside the load, over connections of its own. With too few of
 * them it would measure its own queue: the result says how many requests waited for one.
 */
export interface ProbePlan {
  /** `GET /` where it is left out. */
  readonly request?: LoadRequest;
  readonly perSecond: number;
  /** False opens a connection for every request; true where it is left out. */
  readonly keepAlive?: boolean;
  /**
   * Most connections at once; 8 where they are kept alive, 64 otherwise. Kept ones are opened and
   * answered once before the load: else they would wait behind its connections to be accepted.
   */
  readonly connections?: number;
}

export interface LoadPlan {
  /** Origin of the server: `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Sent in turn where there are several. */
  readonly requests: readonly LoadRequest[];
  readonly arrivals: Arrivals;
  /**
   * Their number. In open loop each arrival takes one of them at random and waits behind that one's
   * own requests, as many clients with a connection each do; they are open before the first is due.
   * Without keep-alive: the most at once.
   */
  readonly connections: number;
  /** False opens a connection for every request; true where it is left out. */
  readonly keepAlive?: boolean;
  /** Load before the measured time; 0 where it is left out. */
  readonly warmupMs?: number;
  readonly durationMs: number;
  /** Ends the run after so many measured requests, where that is earlier. */
  readonly maxRequests?: number;
  /** From the intended send to the last byte of the answer; 30,000 where it is left out. */
  readonly timeoutMs?: number;
  readonly worker?: WorkerSource;
  /** The result tells how many correct answers of the load took longer than each of these. */
  readonly limitsMs?: readonly number[];
  readonly probe?: ProbePlan;
  /**
   * For the self-test only: "actual" commits coordinated omission on purpose, by timing from the
   * actual send.
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
