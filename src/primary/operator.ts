import type { Logger } from "pino";
import { systemClock } from "../clock.ts";
import { type Config, withChanged } from "../config/config.ts";
import { AppError } from "../errors.ts";
import type { Operations } from "./operations.ts";
import type { Forks } from "./processes/forks.ts";
import type { Reload } from "./reload/reload.ts";
import { isPausable, type Service } from "./service.ts";
import type { SupervisorEvent, SupervisorState } from "./supervisor/supervision.ts";

/** The most workers that a server can have; the same as of `--workers`. */
const mostWorkers = 1024;

export interface OperatorParts {
  readonly log: Logger;
  readonly services: readonly Service[];
  readonly forks: Forks;
  readonly reload: Reload;
  readonly state: () => SupervisorState;
  /** Hands an event to the supervisor. */
  readonly take: (event: SupervisorEvent) => void;
}

interface WaitingReload {
  readonly begunAt: number;
  readonly end: PromiseWithResolvers<{ readonly tookMs: number }>;
}

/** What an operator can do, once the server has its address. */
export class Operator implements Operations {
  readonly #parts: OperatorParts;
  #waiting: WaitingReload[] = [];
  /** Every new worker is ready. The old ones drain. */
  #isRolled = false;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  async reload(): Promise<{ readonly tookMs: number }> {
    this.#requireRunning();
    const end = Promise.withResolvers<{ readonly tookMs: number }>();
    const waiting = { begunAt: systemClock.now(), end };
    const errors = await this.#parts.reload.begin(true, () => this.#waiting.push(waiting));
    for (const error of errors) this.#parts.log.error(`Not reloaded: ${error}`);
    if (errors.length > 0) throw notReloaded(errors.join(" "));
    this.look(); // The server may be stopping by now.
    return end.promise;
  }

  changeWorkers(by: 1 | -1): { readonly workers: number } {
    this.#requireRunning();
    const before = this.#parts.state().places.length;
    const workers = before + by;
    if (workers < 1) {
      throw new AppError("invalid-input", "This is the last worker. Stop the server to end it.");
    }
    if (workers > mostWorkers) {
      const detail = `The server has ${before} workers, and cannot have more.`;
      throw new AppError("invalid-input", detail);
    }
    this.#resize(workers, before);
    return { workers };
  }

  setLogLevel(logLevel: Config["logLevel"]): void {
    const { forks, log } = this.#parts;
    forks.config = withChanged(forks.config, { logLevel });
    log.level = logLevel;
    forks.tell("log-level", { level: logLevel });
  }

  async setPaused(paused: boolean, task: string | undefined): Promise<void> {
    const queue = this.#parts.services.find(isPausable);
    if (!queue) throw new AppError("jobs-off", "This server takes no jobs (--queue none).");
    if (paused && task !== undefined) this.#requireTask(task);
    await queue.setPaused(paused, task ?? null);
  }

  /** A reload has read this configuration, and every worker has it by now. */
  use({ logLevel, workers }: Config): void {
    if (logLevel !== this.#parts.log.level) this.setLogLevel(logLevel);
    const before = this.#parts.state().places.length;
    if (workers !== before) this.#resize(workers, before);
  }

  /** A roll begins: for a reload by hand, or after a save. */
  rolling(): void {
    this.#isRolled = false;
  }

  /**
   * The supervisor has ended a roll.
   *
   * @param error why the old workers go on
   */
  rolled(error: string | undefined, tookMs: number): void {
    const { log, reload } = this.#parts;
    reload.rolled(error === undefined);
    if (error === undefined) {
      log.info({ tookMs }, "Reloaded");
      this.#isRolled = true;
    } else {
      log.error({ tookMs }, `Not reloaded, the workers from before go on: ${error}`);
      this.#reject(notReloaded(error));
    }
  }

  /** Looks whether reloads have ended. Called after each step of the supervisor. */
  look(): void {
    if (this.#waiting.length === 0) return;
    const { stop, workers } = this.#parts.state();
    if (stop) this.#reject(stopping());
    const isDraining = workers.some(({ retiredFor }) => retiredFor === "reloaded");
    if (!this.#isRolled || isDraining) return;
    for (const { begunAt, end } of this.#waiting.splice(0)) {
      end.resolve({ tookMs: Math.round(systemClock.now() - begunAt) });
    }
  }

  #resize(workers: number, before: number): void {
    const { forks, log, services, take } = this.#parts;
    forks.config = withChanged(forks.config, { workers });
    for (const service of services) service.resized?.(workers);
    log.info({ workers, before }, `${workers} workers instead of ${before}`);
    take({ type: "resize", workers });
  }

  #reject(error: AppError): void {
    for (const { end } of this.#waiting.splice(0)) end.reject(error);
  }

  /** A mistyped name would pause nothing, and nobody would notice. */
  #requireTask(name: string): void {
    const { tasks } = this.#parts.forks;
    if (tasks.length === 0 || tasks.includes(name)) return;
    const detail = `There is no task ${JSON.stringify(name)}. There are ${tasks.join(", ")}.`;
    throw new AppError("not-found", detail);
  }

  #requireRunning(): void {
    if (this.#parts.state().stop) throw stopping();
  }
}

function notReloaded(reason: string): AppError {
  const detail = `The workers from before go on: ${reason}`;
  return new AppError("reload-failed", detail);
}

function stopping(): AppError {
  return new AppError("draining", "The server is stopping, so nothing of it can be changed.");
}
