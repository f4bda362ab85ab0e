import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import type { Dispatcher } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import { longestTeardownMs, type Setups } from "../compute/setups.ts";
import type { Config } from "../config/config.ts";
import type { Connections } from "../http/connections.ts";
import type { DrainOptions } from "../http/drain.ts";
import { replaced } from "../http/services.ts";
import type { Consumer } from "../jobs/consumer.ts";
import type { Consumption } from "../jobs/queue.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import type { FleetMember } from "./fleet-member.ts";
import type { HandOver } from "./hand-over.ts";

/** Runs that still wait so long before the end of the drain time are refused with 503. */
const lastAnswersMs = 500;

/** Longest wait for the last figures to leave this process. */
const lastFiguresMs = 200;

export interface LeavingParts {
  readonly config: Config;
  readonly dispatcher: Dispatcher;
  readonly executors: readonly Executor[];
  /** On the event loop. */
  readonly setups: Setups;
  readonly connections: Connections;
  /** Gives an idle connection to another worker. */
  readonly passOn: (socket: Socket) => Promise<void>;
  readonly consumer: Consumer;
  readonly consumption: Consumption | undefined;
  /** Pushes the last figures. */
  readonly member: Pick<FleetMember, "close">;
  readonly handOver: HandOver | undefined;
  /** The worker aborts it when it begins to leave. */
  readonly stop: AbortController;
  readonly log: Logger;
  readonly tracing: Tracing | undefined;
}

/** How a worker leaves: drained by the primary, or hung by a run that does not end. */
export class Leaving {
  readonly #parts: LeavingParts;
  #isHung = false;

  constructor(parts: LeavingParts) {
    this.#parts = parts;
  }

  /**
   * Finishes what runs and what waits, then exits with code 0.
   *
   * @param goesOn whether the server goes on: others take the connections
   */
  drain(goesOn: boolean): void {
    const { config, stop, dispatcher, consumer, consumption, connections, handOver } = this.#parts;
    if (stop.signal.aborted) return;
    stop.abort(goesOn ? replaced : undefined);
    const breakOffAfterMs = Math.max(1, config.drainTimeoutMs - lastAnswersMs);
    setTimeout(() => {
      dispatcher.close();
      dispatcher.breakOff();
      consumer.breakOff();
    }, breakOffAfterMs);
    // A SIGTERM need not come from the primary. Then nobody else ends this worker in time.
    setTimeout(() => process.exit(1), config.drainTimeoutMs);
    const left = [consumption?.stop(), handOver?.leave()];
    const drained = [connections.drain(this.#drainOptions(goesOn)), ...left];
    const mostUntil = performance.now() + config.drainTimeoutMs - lastAnswersMs / 2;
    void Promise.all(drained).then(() => this.#end(mostUntil - performance.now()));
  }

  /** Where others listen, they get the connections that this worker does not take. */
  #drainOptions(goesOn: boolean): DrainOptions {
    const { config, passOn } = this.#parts;
    const hasOwnPort = config.balance === "reuse-port";
    if (goesOn) return { longestMs: 0, takesWaiting: hasOwnPort, passOn };
    // Only with round-robin does the primary hold connections that it still hands on.
    const longestMs = config.balance === "round-robin" ? config.drainTimeoutMs / 2 : 0;
    return { longestMs, takesWaiting: true, passOn: undefined };
  }

  /**
   * Takes no new work, waits `--hang-timeout` for the other runs, then kills the process. Only then
   * has the hung attempt ended.
   *
   * The worker goes on listening until then. node:cluster gives the connections of a dead worker to
   * another one. Connections that a living worker refuses stay open for ever if all workers leave.
   */
  async endHung(message: string): Promise<void> {
    const { config, stop, dispatcher, connections, consumption, handOver, member, log } =
      this.#parts;
    if (this.#isHung) return;
    this.#isHung = true;
    log.error(message);
    stop.abort();
    dispatcher.close();
    const left = [consumption?.stop(), handOver?.leave()];
    const finished = Promise.all([connections.answered(), ...left]);
    await Promise.race([finished, pause(config.hangTimeoutMs)]);
    await Promise.race([member.close(), pause(lastFiguresMs)]);
    process.kill(process.pid, "SIGKILL"); // An exit would wait for a thread in native code.
  }

  /** @param leftMs the time that is left for the teardowns of tasks */
  async #end(leftMs: number): Promise<void> {
    const { executors, setups, member, log, tracing } = this.#parts;
    const withinMs = Math.max(0, Math.min(longestTeardownMs, Math.floor(leftMs)));
    const closed = Promise.all(executors.map((executor) => executor.close(withinMs)));
    for (const fault of await setups.tearDown(withinMs)) log.error(fault);
    await closed;
    const pushed = Promise.race([member.close(), pause(lastFiguresMs)]);
    await Promise.all([tracing?.flush(withinMs), pushed]);
    process.exit(0);
  }
}
