import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { systemClock } from "../clock.ts";
import { type Config, packageVersion, type ReadConfig } from "../config/config.ts";
import { descriptorLimit, watchDescriptors } from "../telemetry/descriptors.ts";
import { Telemetry } from "../telemetry/events.ts";
import type { Counting } from "../telemetry/figures/counting.ts";
import type { ServerFigures } from "../telemetry/figures/figures.ts";
import { countPrimaryEvents } from "../telemetry/figures/primary-metrics.ts";
import { readPrimaryProcess } from "../telemetry/figures/process-state.ts";
import { logEvents } from "../telemetry/log-events.ts";
import type { Control, Controlled } from "./control.ts";
import { Fleet } from "./fleet/fleet.ts";
import type { Operations } from "./operations.ts";
import { Operator } from "./operator.ts";
import { Forks } from "./processes/forks.ts";
import { ReadyTelling } from "./ready-telling.ts";
import { Reload } from "./reload/reload.ts";
import type { Service } from "./service.ts";
import { addressOf, startLine } from "./start-line.ts";
import { startWarnings } from "./start-warnings.ts";
import type {
  SupervisorAction,
  SupervisorEvent,
  SupervisorSettings,
  SupervisorState,
} from "./supervisor/supervision.ts";
import { initialState, step } from "./supervisor/supervisor.ts";

/** Longest wait for a service to close at exit. A queue recovers the rest at the next start. */
const closingMs = 5000;

/** Longest wait for control, before the start line is printed without it. */
const longestControlMs = 5000;

export interface PrimaryOptions {
  readonly log: Logger;
  /** The script that a worker runs: a path or a file URL. */
  readonly entry: string | URL;
  /**
   * Takes the one line for people, without a line feed, and the URLs of the server and of its control,
   * when the server is up.
   */
  readonly print: (line: string, url: string, control: string | undefined) => void;
  /** Opens what the workers share. It rejects with an Error for the operator. */
  readonly openServices: () => Promise<readonly Service[]>;
  /** Starts the admin listener, if there is to be one. */
  readonly openControl?: (controlled: Controlled) => Promise<Control | undefined>;
  /** The configuration file's modules, as absolute paths; for reloads. */
  readonly modules?: readonly string[];
  /** Reads the configuration again; for reloads. Without it they keep the one that there is. */
  readonly readAgain?: () => Promise<ReadConfig>;
}

/** How the server ended. */
export interface PrimaryEnd {
  /** The exit code; see `step`. */
  readonly code: number;
  /** Why it had to; undefined where it was told to. It is in the log, too. */
  readonly message: string | undefined;
}

/** Carries out what the supervisor decides, on the processes and the clock. */
export class Primary {
  readonly #settings: SupervisorSettings;
  readonly #options: PrimaryOptions;
  readonly #telemetry = new Telemetry();
  readonly #end = Promise.withResolvers<PrimaryEnd>();
  /** Events that arrive while an earlier one is carried out, such as `forked`. */
  readonly #events: SupervisorEvent[] = [];
  readonly #asRead: Config;
  #config: Config;
  #state: SupervisorState;
  /** Once the address is known. */
  #forks: Forks | undefined;
  readonly #counting: Counting;
  readonly #fleet: Fleet;
  #services: readonly Service[] = [];
  #control: Promise<Control | undefined> = Promise.resolve(undefined);
  /** Once the address is known. */
  #reload: Reload | undefined;
  #operator: Operator | undefined;
  #busy = false;
  readonly #ready = new ReadyTelling((ready) => this.#forks?.tellReady(ready));
  #callOffWake = () => {};

  constructor(config: Config, options: PrimaryOptions) {
    this.#asRead = config;
    this.#config = config;
    this.#options = options;
    this.#settings = { ...config, random: Math.random };
    this.#state = initialState(config.workers);
    logEvents(this.#telemetry, options.log);
    this.#counting = countPrimaryEvents(this.#telemetry);
    this.#fleet = new Fleet({
      clock: systemClock,
      server: () => this.#describe(),
      lives: () => this.#state.workers,
      ownCounted: () => this.#counting.counted(),
    });
  }

  get ended(): Promise<PrimaryEnd> {
    return this.#end.promise;
  }

  /** What an operator can do; undefined before the address is known. */
  get operations(): Operations | undefined {
    return this.#operator;
  }

  /** Forks the workers, unless a signal has come first. */
  start(port: number, services: readonly Service[]): void {
    this.#services = [this.#fleet, ...services];
    if (this.#state.phase === "ended") return;
    const { entry, log } = this.#options;
    this.#config = Object.freeze({ ...this.#config, port });
    for (const warning of startWarnings(this.#config)) log.warn(warning);
    const script = entry instanceof URL ? fileURLToPath(entry) : entry;
    const hear = (event: SupervisorEvent) => this.take(event);
    const onShort = (process: string) =>
      this.#telemetry.emit("connection.closed", { process, limit: descriptorLimit() });
    watchDescriptors(this.#telemetry);
    const onReads = (path: string, version: string) => this.#reload?.addModule(path, version);
    this.#forks = new Forks(this.#config, script, hear, this.#services, onShort, onReads);
    this.#operator = this.#letOperate(this.#forks);
    this.take({ type: "start" });
    this.#control = this.#openControl(this.#operator);
  }

  async #openControl(operations: Operations): Promise<Control | undefined> {
    const { openControl, log } = this.#options;
    return openControl?.({
      config: this.#config,
      figures: () => this.#fleet.figures(),
      jobStats: async () => this.#services.find(({ jobStats }) => jobStats)?.jobStats?.() ?? null,
      operations,
      log,
    });
  }

  /** Says where the server is, and where control is. */
  async #announce(): Promise<void> {
    const control = await this.#control;
    const { promise: overdue, resolve } = Promise.withResolvers<undefined>();
    const callOff = systemClock.after(longestControlMs, () => resolve(undefined));
    const controlUrl = await Promise.race([control?.url, overdue]);
    callOff();
    if (this.#state.phase === "ended") return;
    const line = startLine(this.#config, process.pid, controlUrl);
    this.#options.print(line, addressOf(this.#config), controlUrl);
  }

  /** The server itself, for its figures. */
  #describe(): ServerFigures["server"] {
    const { mode, executor } = this.#config;
    return {
      ...{ version: packageVersion(), node: process.version, pid: process.pid },
      uptimeMs: process.uptime() * 1000,
      ...{ mode, executor, workers: this.#state.places.length },
      process: readPrimaryProcess(),
    };
  }

  #letOperate(forks: Forks): Operator {
    const { log, modules = [], readAgain } = this.#options;
    const roll = (config: Config) => {
      forks.config = config;
      this.#operator?.rolling();
      this.take({ type: "roll" });
    };
    const running = () => forks.config;
    const asRead = this.#asRead;
    this.#reload = new Reload({ running, asRead, log, modules, readAgain, roll });
    if (this.#config.watch === "on" && readAgain) this.#reload.watch();
    return new Operator({
      ...{ log, forks, reload: this.#reload, services: this.#services },
      state: () => this.#state,
      take: (event) => this.take(event),
    });
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
    this.#ready.close();
    this.#reload?.close();
    // Whoever wants no log still has to know why there is no server.
    if (message !== undefined) this.#options.log.child({}, { level: "fatal" }).fatal(message);
    this.#end.resolve({ code, message });
  }

  async closeServices(): Promise<void> {
    const { promise: overdue, resolve } = Promise.withResolvers<void>();
    const callOff = systemClock.after(closingMs, resolve);
    const closed = Promise.all([
      ...this.#services.map((service) => service.close()),
      this.#control.then((control) => control?.close()),
    ]);
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
    const { places, workers } = this.#state;
    this.#ready.set(workers.filter(({ stage }) => stage === "ready").length, places.length);
    this.#operator?.look();
  }

  #tellRolled(error: string | undefined, tookMs: number): void {
    const { log } = this.#options;
    if (error === undefined) log.info({ tookMs }, "Reloaded");
    else log.error({ tookMs }, `Not reloaded, the workers from before go on: ${error}`);
    this.#operator?.rolled(error);
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
        this.#forks?.drain(action.life, action.goesOn);
        break;
      case "kill":
        this.#forks?.kill(action.life);
        break;
      case "announce":
        void this.#announce();
        break;
      case "rolled":
        this.#tellRolled(action.error, action.tookMs);
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
