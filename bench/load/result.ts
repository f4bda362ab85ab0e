/** What a run of the load generator found, as plain data. Times are in milliseconds. */

/**
 * Times in ms. Of a request that was given up on it is only known that it took longer: it counts as
 * longer than all others, and a figure that falls on one of them is null, never the time that was
 * waited. (0 where `count` is 0.)
 */
export interface Distribution {
  /** Requests that were answered well, and those that were given up on. */
  readonly count: number;
  readonly givenUp: number;
  /** They took longer than this; null where there are none. */
  readonly givenUpMs: number | null;
  /** Of those that were answered. */
  readonly mean: number;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** How late, at the 99th percentile, requests were noticed to be due: none of them is given up on. */
export function readLagP99({ scheduleLag }: Pick<StreamResult, "scheduleLag">): number {
  return scheduleLag.p99 ?? 0;
}

/** The median, or the least that it can be. */
export function readLeastP50({ p50, givenUpMs }: Distribution): number {
  return p50 ?? givenUpMs ?? 0;
}

/** About 100 ms of the run, for a live display and for the warm-up check. */
export interface Interval {
  /** Start, from the start of the measured time; negative in the warm-up. */
  readonly atMs: number;
  readonly lengthMs: number;
  readonly sent: number;
  readonly correct: number;
  /** Requests that ended in any other way. */
  readonly failed: number;
  /** Null where no correct answer came. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Requests that were intended and not yet answered when the interval ended. */
  readonly inFlight: number;
}

/**
 * The sides of Little's law L = λW, each measured by itself over the measured time: L as an
 * integral over time, λ and W from the requests that left (answered or failed).
 */
export interface LittleFigures {
  /** L: requests intended and not yet ended, on average over time. */
  readonly meanInSystem: number;
  /** λ: requests that ended, a second. */
  readonly departuresPerSecond: number;
  /** W: from the intended send to the end. */
  readonly meanTimeInSystemMs: number;
}

/** One stream of requests: the load, or the probe beside it. */
export interface StreamResult {
  /**
   * Requests whose intended send lies in the measured time. They all ended in one way:
   * intended = correct + wrong + unexpected + tolerated + failed + unanswered.
   */
  readonly intended: number;
  readonly correct: number;
  /** A good status, and a body that is not what it must be. */
  readonly wrong: number;
  /** A status that is neither good nor tolerated. */
  readonly unexpected: number;
  readonly tolerated: number;
  /** No whole answer: `errors` says why. */
  readonly failed: number;
  /** Still under way when the run was stopped from outside. */
  readonly unanswered: number;
  /** By status, of every whole answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /**
   * By code: those of Node (ECONNREFUSED, ECONNRESET, ...), and CLOSED (the server closed before
   * the answer ended), MALFORMED (not HTTP/1.1), TIMEOUT (sent, not answered in time) and
   * NO_CONNECTION (timed out before its connection was free).
   */
  readonly errors: Readonly<Record<string, number>>;
  /** Of the correct answers, by worker, where the plan says how to tell. */
  readonly workers: Readonly<Record<string, number>>;
  /** Sent again on a new connection, since a kept one closed before a byte of the answer came. */
  readonly retried: number;
  /** Connections that brought bytes which nobody had asked for. */
  readonly stray: number;
  /** In the whole run, warm-up included. */
  readonly connectionsOpened: number;
  /**
   * Measured requests at whose arrival every connection was busy: more connections would have let
   * them out sooner. One that waited behind its own busy connection while another was idle is none
   * of them: so waits a client that has one connection.
   */
  readonly waitedForConnection: number;
  /** Correct answers that came in the measured time, a second. */
  readonly throughputPerSecond: number;
  /** Of correct answers and of requests that were given up on, from the intended send. */
  readonly latency: Distribution;
  /** The same, of what was sent, from the actual send. */
  readonly service: Distribution;
  /** Correct answers that took longer than each of the plan's `limitsMs`, from the intended send. */
  readonly overLimit: readonly number[];
  /** How late the generator noticed that a request was due. Empty in closed loop. */
  readonly scheduleLag: Distribution;
  readonly little: LittleFigures;
  readonly intervals: readonly Interval[];
}

export interface GeneratorCost {
  /** CPU time of the generator's process in the measured time, in µs. */
  readonly userUs: number;
  readonly systemUs: number;
  /** Both, divided by the requests that ended in that time, load and probe. */
  readonly perRequestUs: number;
  /** Both, divided by the time: 1 is one core. */
  readonly coreShare: number;
}

export interface LoadResult {
  readonly load: StreamResult;
  readonly probe: StreamResult | null;
  /** The measured time, without warm-up; shorter than planned where the run was stopped. */
  readonly durationMs: number;
  readonly generator: GeneratorCost;
  /** Whether it ended by a signal before the plan did. */
  readonly stopped: boolean;
}

/** What came since the last progress message. */
export interface LoadProgress {
  readonly phase: "warmup" | "measure" | "drain";
  readonly elapsedMs: number;
  readonly load: readonly Interval[];
  readonly probe: readonly Interval[];
  /** Of the load's measured requests, from the start of the measured time. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
}
