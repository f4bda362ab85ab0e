import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import type { Dispatcher } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import type { Config } from "../config/config.ts";
import type { Connections } from "../http/connections.ts";
import type { Consumer } from "../jobs/consumer.ts";
import type { Consumption } from "../jobs/queue.ts";

/** What is left of the drain time when runs that still wait are told to go elsewhere. */
const lastAnswersMs = 500;

export interface LeavingParts {
  readonly config: Config;
  readonly dispatcher: Dispatcher;
  readonly executors: readonly Executor[];
  readonly connections: Connections;
  readonly consumer: Consumer;
  readonly consumption: Consumption | undefined;
  /** Aborted when the worker begins to leave. */
  readonly stop: AbortController;
  readonly log: Logger;
}

/** How a worker ends: because it is told to, or because a run in it does not end. */
export class Leaving {
  readonly #parts: LeavingParts;
  #isHung = false;

  constructor(parts: LeavingParts) {
    this.#parts = parts;
  }

  /** Ends what runs and what waits, and exits with code 0. */
  drain(): void {
    const { config, stop, dispatcher, consumer, consumption, connections } = this.#parts;
    const { executors } = this.#parts;
    if (stop.signal.aborted) return;
    stop.abort();
    const breakOffAfterMs = Math.max(1, config.drainTimeoutMs - lastAnswersMs);
    setTimeout(() => {
      dispatcher.close();
      consumer.breakOff();
    }, breakOffAfterMs);
    setTimeout(() => process.exit(1), config.drainTimeoutMs); // The primary may not be draining.
    // Under round-robin the primary hands on what it has taken; elsewhere nobody holds connections.
    const handingOnMs = config.balance === "round-robin" ? config.drainTimeoutMs / 2 : 0;
    const drained = [connections.drain(handingOnMs), consumption?.stop()];
    void Promise.all(drained).then(() => end(executors));
  }

  /**
   * Takes no new work, waits `--hang-timeout` for the other runs, then kills the process. The hung
   * attempt's end counts from then on.
   *
   * It listens to its end. Connections that are on their way then go to another worker; those that
   * it refused when all workers leave at once would be lost in node:cluster, and stay open for ever.
   */
  async endHung(message: string): Promise<void> {
    const { config, stop, dispatcher, connections, consumption, log } = this.#parts;
    if (this.#isHung) return;
    this.#isHung = true;
    log.error(message);
    stop.abort();
    dispatcher.close();
    const finished = Promise.all([connections.answered(), consumption?.stop()]);
    await Promise.race([finished, pause(config.hangTimeoutMs)]);
    process.kill(process.pid, "SIGKILL"); // An exit would wait for a thread in native code.
  }
}

async function end(executors: readonly Executor[]): Promise<void> {
  for (const executor of executors) await executor.close();
  process.exit(0);
}
