/** The result of a run of the load generator, as plain data. Times are in milliseconds. */

/**
 * Times in ms. A request that was given up counts as longer than all others, because its time is
 * not known. A figure that falls on such a request is null. All are 0 if `count` is 0.
 */
export interface Distribution {
  /** Correctly answered requests, plus those that were given up. */
  readonly count: number;
  readonly givenUp: number;
  /** They took longer than this. Null if there are none. */
  readonly givenUpMs: number | null;
  /** Mean of the answered requests. */
  readonly mean: number;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** How late, at the 99th percentile, the generator noticed requests. None of these is given up. */
export function readLagP99({ scheduleLag }: Pick<StreamResult, "scheduleLag">): number {
  return scheduleLag.p99 ?? 0;
}

/** The median, or its lower bound if it was given up. */
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
 * The sides of Little's law L = λW, each measured on its own over the measured time: L as an
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
  /** A good status with a wrong body. */
  readonly wrong: number;
  /** A status that is neither good nor tolerated. */
  readonly unexpected: number;
  readonly tolerated: number;
  /** No whole answer: `errors` says why. */
  readonly failed: number;
  /** Still under way when the run was stopped. */
  readonly unanswered: number;
  /** By status, of every complete answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /**
   * By code: Node's own (ECONNREFUSED, ECONNRESET, ...), and CLOSED (the server closed before the
   * answer ended), MALFORMED (not HTTP/1.1), TIMEOUT (sent, not answered in time), NO_CONNECTION
   * (timed out before its connection was free).
   */
  readonly errors: Readonly<Record<string, number>>;
  /** Correct answers by worker, if the plan says how to tell. */
  readonly workers: Readonly<Record<string, number>>;
  /** Sent again on a new connection, because a kept one closed before a byte of the answer. */
  readonly retried: number;
  /** Connections that sent bytes nobody had asked for. */
  readonly stray: number;
  /** In the whole run, warm-up included. */
  readonly connectionsOpened: number;
  /**
   * Measured requests that arrived when every connection was busy. More connections would have sent
   * them sooner. A request that waited for its own busy connection while another was idle does not
   * count: a client with one connection waits like that.
   */
  readonly waitedForConnection: number;
  /** Correct answers that came in the measured time, a second. */
  readonly throughputPerSecond: number;
  /** Of correct answers and given-up requests, from the intended send. */
  readonly latency: Distribution;
  /** The same of sent requests, from the actual send. */
  readonly service: Distribution;
  /** Correct answers that took longer than each of the plan's `limitsMs`, from the intended send. */
  readonly overLimit: readonly number[];
  /** How long each run took by the server's clock. Empty unless the plan asks for it. */
  readonly runTimes: readonly number[];
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
