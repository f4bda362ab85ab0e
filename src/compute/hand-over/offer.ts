import type { RunLog } from "../../tasks/run-log.ts";
import type { RunRequest } from "../run-request.ts";
import type { RunTrace } from "../run-trace.ts";

/** What another worker needs to carry out a waiting run: its task is loaded there, too. */
export interface Offer {
  /** The executor by its name. All workers of a server have the same. */
  readonly executor: string;
  /** The input as the client sent it: JSON that no schema has changed. Each worker checks it again. */
  readonly input: unknown;
  readonly inputBytes: number;
  /** Whether its client may send the request again as it likes. */
  readonly mayRepeat: boolean;
  /** When it was accepted, in ms of this worker's clock. */
  readonly acceptedAt: number;
  /** The deadline of this run; undefined for `--run-timeout`. */
  readonly runTimeoutMs: number | undefined;
  /** Undefined without an SDK of OpenTelemetry. */
  readonly trace: RunTrace | undefined;
  /** Takes the last lines that the task logged. */
  readonly onLog: ((log: RunLog) => void) | undefined;
  /** It came back from a worker that could not carry it out. It stays here now. */
  isHome: boolean;
}

/** Undefined for a run that is to stay here. */
export function offerOf(
  request: RunRequest,
  acceptedAt: number,
  trace: RunTrace | undefined,
): Offer | undefined {
  const { sent, executor, runTimeoutMs, listener } = request;
  if (!sent) return undefined;
  return {
    executor: executor.name,
    input: sent.input,
    inputBytes: sent.bytes,
    mayRepeat: sent.mayRepeat,
    acceptedAt,
    runTimeoutMs,
    trace,
    onLog: listener?.onLog,
    isHome: false,
  };
}
