import { AppError } from "../../../errors.ts";
import { explainRedisError } from "../explain.ts";

/** A command that found no connection. Why there is none, the connection says. */
const withoutConnection =
  /isn't writeable|isn't ready|Connection is closed|max retries per request/i;

/** Tells once that Redis cannot be used, for each reason, and once that it can be used again. */
export class TroubleWatch {
  readonly #tell: (reason: string | null) => void;
  #told: string | null = null;

  constructor(tell: (reason: string | null) => void) {
    this.#tell = tell;
  }

  get isTold(): boolean {
    return this.#told !== null;
  }

  /** A connection or a command has failed. */
  failed(error: Error): void {
    if (withoutConnection.test(error.message)) return;
    const reason = explainRedisError(error);
    if (reason === this.#told) return;
    this.#told = reason;
    this.#tell(reason);
  }

  /** A connection is ready, or a write has succeeded. */
  succeeded(): void {
    if (this.#told !== null) this.#tell(null);
    this.#told = null;
  }

  /**
   * A write begins. @returns to be called where it succeeds: that ends only a trouble that was there
   * before. An answer may arrive when its connection has ended already.
   */
  begun(): () => void {
    const before = this.#told;
    return () => {
      if (before !== null && before === this.#told) this.succeeded();
    };
  }

  /** What a client is told of a command that has failed. The log is told why. */
  refusalOf(error: unknown): AppError {
    if (error instanceof AppError) return error;
    if (error instanceof Error) this.failed(error);
    const detail =
      "The queue in Redis cannot be used now. Try again later, with the same Idempotency-Key.";
    return new AppError("queue-unavailable", detail, { cause: error });
  }
}
