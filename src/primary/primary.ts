import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { systemClock } from "../clock.ts";
import { type Config, layoutWarnings, ownTaskWarnings } from "../config/config.ts";
import { messageOf } from "../errors.ts";
import { descriptorLimit, watchDescriptors } from "../telemetry/descriptors.ts";
import { Telemetry } from "../telemetry/events.ts";
import { logEvents } from "../telemetry/log-events.ts";
import { checkAddress } from "./address.ts";
import { descriptorWarnings } from "./descriptor-warnings.ts";
import { Forks } from "./processes/forks.ts";
import { processOneWarnings } from "./processes/process-one.ts";
import type { Service } from "./service.ts";
import { startLine } from "./start-line.ts";
import {
  isStopSignal,
  type SupervisorAction,
  type SupervisorEvent,
  type SupervisorSettings,
  type SupervisorState,
  stopSignals,
} from "./supervisor/supervision.ts";
import { initialState, step } from "./supervisor/supervisor.ts";

/** Longest wait for a service to close at exit. A queue recovers the rest at the next start. */
const closingMs = 5000;

/** How long a change of the number of ready workers waits, so that several are told as one. */
const tellingMs = 20;

export interface PrimaryOptions {
  readonly log: Logger;
  /** The script that a worker runs: a path or a file URL. */
  readonly entry: string | URL;
  /** Takes the one line for people, without a line feed, when the server is up. */
  readonly print: (line: string) => void;
  /** Returns the signals that came so far, and stops listening for them. */
  readonly takeSignals: () => readonly NodeJS.Signals[];
  /** Opens what the workers share. It rejects with an Error for the operator. */
  readonly openServices: () => Promise<readonly Service[]>;
}

/**
 * Runs the server as its primary: checks the address, forks the workers, and supervises them until
 * the end. It never computes and never serves HTTP.
 *
 * @returns the exit code (see `step`). The caller must exit with it at once: after a second signal,
 *   the handles of workers that are being killed would keep this process up.
 */
export async function runPrimary(config: Config, options: PrimaryOptions): Promise<number> {
  const primary = new Primary(config, options);
  const stop = (signal: NodeJS.Signals) => {
    if (isStopSignal(signal)) primary.take({ type: "signal", signal });
  };
  for (const signal of stopSignals) process.on(signal, stop);
  for (const signal of options.takeSignals()) stop(signal);
  Promise.all([checkAddress(config), options.openServices()]).then(
    ([port, services]) => primary.start(port, services),
    (error: unknown) => primary.end(1, messageOf(error)),
  );
  const code = await primary.exitCode;
  await primary.closeServices();
  for (const signal of stopSignals) process.off(signal, stop);
  return code;
}

/** Carries out what the supervisor decides, on the processes and the clock. */
class Primary {
  readonly #settings: SupervisorSettings;
  readonly #options: PrimaryOptions;
  readonly #telemetry = new Telemetry();
  readonly #exit = Promise.withResolvers<number>();
  /** Events that arrive while an earlier one is carried out, such as `forked`. */
  readonly #events: SupervisorEvent[] = [];
  #config: Config;
  #state: SupervisorState;
  /** Once the address is known. */
  #forks: Forks | undefined;
  #services: readonly Service[] = [];
  #busy = false;
  /** Workers that are ready, as they are told or about to be. */
  #ready = 0;
  #callOffTelling = () => {};
  #callOffWake = () => {};

  constructor(config: Config, options: PrimaryOptions) {
    this.#config = config;
    this.#options = options;
    this.#settings = { ...config, random: Math.random };
    this.#state = initialState(config.workers);
    logEvents(this.#telemetry, options.log);
  }

  get exitCode(): Promise<number> {
    return this.#exit.promise;
  }

  /** Forks the workers, unless a signal has come first. */
  start(port: number, services: readonly Service[]): void {
    this.#services = services;
    if (this.#state.phase === "ended") return;
    const { entry, log } = this.#options;
    this.#config = Object.freeze({ ...this.#config, port });
    const { taskFiles } = this.#config;
    const warnings = [
      ...layoutWarnings(this.#config),
      ...ownTaskWarnings(this.#config),
      ...processOneWarnings(process.pid, taskFiles),
      ...descriptorWarnings(this.#config, descriptorLimit()),
    ];
    for (const warning of warnings) log.warn(warning);
    const script = entry instanceof URL ? fileURLToPath(entry) : entry;
    const hear = (event: SupervisorEvent) => this.take(event);
    const onShort = (process: string) =>
      this.#telemetry.emit("connection.closed", { process, limit: descriptorLimit() });
    watchDescriptors(this.#telemetry);
    this.#forks = new Forks(this.#config, script, hear, services, onShort);
    this.take({ type: "start" });
  }

  /** Hands an event to the supervisor, after those that came before it. */
  take(event: SupervisorEvent): void {
    this.#events.push(event);
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#events.shift(); next; next = this.#events.shift()) this.#step(next);
    this.#busy = false;
  }

  end(code: number, message: string | undefined): void {
    this.#callOffWake();
    this.#callOffTelling();
    // Whoever wants no log still has to know why there is no server.
    if (message !== undefined) this.#options.log.child({}, { level: "fatal" }).fatal(message);
    this.#exit.resolve(code);
  }

  async closeServices(): Promise<void> {
    const { promise: overdue, resolve } = Promise.withResolvers<void>();
    const callOff = systemClock.after(closingMs, resolve);
    const closed = Promise.all(this.#services.map((service) => service.close()));
    await Promise.race([closed, overdue]);
    callOff();
  }

  #step(event: SupervisorEvent): void {
    const now = systemClock.now();
    const { state, actions, wakeAt } = step(this.#settings, this.#state, event, now);
    this.#state = state;
    this.#callOffWake();
    if (wakeAt !== undefined) {
      const wake = () => this.take({ type: "wake" });
      this.#callOffWake = systemClock.after(Math.max(0, wakeAt - now), wake);
    }
    for (const action of actions) this.#carryOut(action);
    this.#tellReady();
  }

  /** Workers that become ready together are told of together. */
  #tellReady(): void {
    const ready = this.#state.workers.filter(({ stage }) => stage === "ready").length;
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#callOffTelling();
    this.#callOffTelling = systemClock.after(tellingMs, () => this.#forks?.tellReady(this.#ready));
  }

  #carryOut(action: SupervisorAction): void {
    switch (action.type) {
      case "fork":
        this.#forks?.fork(action.life, action.number);
        break;
      case "stop-accepting":
        this.#forks?.stopAccepting();
        break;
      case "drain":
        this.#forks?.drain(action.life);
        break;
      case "kill":
        this.#forks?.kill(action.life);
        break;
      case "announce":
        this.#options.print(startLine(this.#config, process.pid));
        break;
      case "emit":
        this.#telemetry.emit(action.name, action.event);
        break;
      case "log":
        this.#options.log[action.level](action.fields, action.message);
        break;
      case "exit":
        this.end(action.code, action.message);
        break;
    }
  }
}
