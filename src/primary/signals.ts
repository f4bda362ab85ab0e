import type { Logger } from "pino";
import { messageOf } from "../errors.ts";
import { hasControllingTerminal } from "./controlling-terminal.ts";
import type { Operations } from "./operations.ts";
import { isStopSignal, type StopSignal, stopSignals } from "./supervisor/supervision.ts";

/** One worker more, and one less. In a terminal these two stop a program of the background. */
const sizeSignals = { SIGTTIN: 1, SIGTTOU: -1 } as const;

type SizeSignal = keyof typeof sizeSignals;

export interface SignalTakers {
  readonly log: Logger;
  /** Drains the server; the second one ends it at once. */
  readonly stop: (signal: StopSignal) => void;
  /** Undefined while the server has no address yet. */
  readonly operations: () => Operations | undefined;
}

/**
 * What signals mean to a server (docs/signals.md). They are the terminal's where it has one: its
 * closing ends the server, and job control may stop it. Elsewhere they are the operator's.
 */
export class Signals {
  readonly #takers: SignalTakers;
  readonly #hasTerminal: boolean;
  readonly #take = (signal: NodeJS.Signals) => this.take(signal);

  constructor(takers: SignalTakers, hasTerminal = hasControllingTerminal()) {
    this.#takers = takers;
    this.#hasTerminal = hasTerminal;
  }

  listen(): void {
    for (const signal of this.#names()) process.on(signal, this.#take);
  }

  close(): void {
    for (const signal of this.#names()) process.off(signal, this.#take);
  }

  take(signal: NodeJS.Signals): void {
    if (signal === "SIGHUP" && !this.#hasTerminal) void this.#reload();
    else if (isStopSignal(signal)) this.#takers.stop(signal);
    else if (signal in sizeSignals) this.#resize(signal as SizeSignal);
  }

  #names(): readonly NodeJS.Signals[] {
    const sizes = Object.keys(sizeSignals) as SizeSignal[];
    return this.#hasTerminal ? stopSignals : [...stopSignals, ...sizes];
  }

  async #reload(): Promise<void> {
    const { log } = this.#takers;
    const operations = this.#takers.operations();
    if (!operations) return; // The configuration was read just now.
    log.info({ signal: "SIGHUP" }, "SIGHUP: reloading");
    await operations.reload().catch(() => {}); // It is logged where it fails.
  }

  #resize(signal: SizeSignal): void {
    const { log, operations } = this.#takers;
    try {
      operations()?.changeWorkers(sizeSignals[signal]);
    } catch (error) {
      log.warn({ signal }, `${signal}: ${messageOf(error)}`);
    }
  }
}
