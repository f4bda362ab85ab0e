import { systemClock, waitAtMost } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { descriptorLimit, watchDescriptors } from "../telemetry/descriptors.ts";
import { Telemetry } from "../telemetry/events.ts";
import type { Counting } from "../telemetry/figures/counting.ts";
import { countPrimaryEvents } from "../telemetry/figures/primary-metrics.ts";
import { logEvents } from "../telemetry/log-events.ts";
import { announce } from "./announce.ts";
import type { Control } from "./control.ts";
import { describeServer } from "./describe-server.ts";
import { Fleet } from "./fleet/fleet.ts";
import { letOperate } from "./let-operate.ts";
import type { Operations } from "./operations.ts";
import type { Operator } from "./operator.ts";
import type { PrimaryEnd, PrimaryOptions } from "./primary-options.ts";
import { Forks } from "./processes/forks.ts";
import { ReadyTelling } from "./ready-telling.ts";
import type { Reload } from "./reload/reload.ts";
import { isAskable, type Service } from "./service.ts";
import { startWarnings } from "./start-warnings.ts";
import type {
  SupervisorAction,
  SupervisorEvent,
  SupervisorSettings,
  SupervisorState,
} from "./supervisor/supervision.ts";
import { initialState, step } from "./supervisor/supervisor.ts";
import { WatchService } from "./watch/watch-service.ts";

/** Longest wait for a service to close at exit. A queue recovers the rest at the next start. */
const closingMs = 5000;

/** Carries out what the supervisor decides, on the processes and the clock. */
export class Primary {
  readonly #options: PrimaryOptions;
  readonly telemetry = new Telemetry();
  readonly #end = Promise.withResolvers<PrimaryEnd>();
  readonly ended = this.#end.promise;
  /** Events that arrive while an earlier one is carried out, such as `forked`. */
  readonly #events: SupervisorEvent[] = [];
  readonly #asRead: Config;
  #config: Config;
  #state: SupervisorState;
  /** Once the address is known. */
  #forks: Forks | undefined;
  readonly #counting: Counting;
  readonly #fleet: Fleet;
  readonly #watch: WatchService;
  #services: readonly Service[] = [];
  #control: Promise<Control | undefined> = Promise.resolve(undefined);
  /** Once the address is known. */
  #reload: Reload | undefined;
  #operator: Operator | undefined;
  #busy = false;
  readonly #ready = new ReadyTelling((told) => this.#forks?.tell("workers", told));
  #callOffWake = () => {};

  constructor(config: Config, options: PrimaryOptions) {
    this.#asRead = config;
    this.#config = config;
    this.#options = options;
    this.#state = initialState(config.workers);
    logEvents(this.telemetry, options.log);
    this.#counting = countPrimaryEvents(this.telemetry);
    this.#watch = new WatchService(this.telemetry);
    this.#fleet = new Fleet({
      clock: systemClock,
      server: () => describeServer(this.#config, this.#state.places.length),
      lives: () => this.#state.workers,
      ownCounted: () => this.#counting.counted(),
    });
  }

  /** What an operator can do; undefined before the address is known. */
  get operations(): Operations | undefined {
    return this.#operator;
  }

  /** Forks the workers, unless a signal has come first. */
  start(port: number, services: readonly Service[]): void {
    const isWatchable = this.#config.control.kind !== "none";
    this.#services = [this.#fleet, ...(isWatchable ? [this.#watch] : []), ...services];
    if (this.#state.phase === "ended") return;
    const { entry, log } = this.#options;
    this.#config = Object.freeze({ ...this.#config, port });
    for (const warning of startWarnings(this.#config)) log.warn(warning);
    const hear = this.take.bind(this);
    const onShort = (process: string) =>
      this.telemetry.emit("connection.closed", { process, limit: descriptorLimit() });
    watchDescriptors(this.telemetry);
    const onReads = (path: string, version: string) => this.#reload?.addModule(path, version);
    this.#forks = new Forks(this.#config, entry, hear, this.#services, onShort, onReads);
    const { operator, reload } = letOperate({
      ...{ asRead: this.#asRead, options: this.#options, control: () => this.#control },
      ...{ forks: this.#forks, services: this.#services, telemetry: this.telemetry },
      ...{ take: hear, state: () => this.#state },
    });
    this.#operator = operator;
    this.#reload = reload;
    this.take({ type: "start" });
    this.#control = this.#openControl(operator);
  }

  async #openControl(operations: Operations): Promise<Control | undefined> {
    const { openControl, log } = this.#options;
    return openControl?.({
      config: this.#config,
      figures: () => this.#fleet.figures(),
      jobStats: async () => this.#services.find(({ jobStats }) => jobStats)?.jobStats?.() ?? null,
      ...{ operations, queue: this.#services.find(isAskable), watch: this.#watch, log },
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
    const closed = Promise.all([
      ...this.#services.map((service) => service.close()),
      this.#control.then((control) => control?.close()),
    ]);
    await waitAtMost(closed, closingMs);
  }

  /** A reload may have changed the times. */
  get #settings(): SupervisorSettings {
    const { workers, bootTimeoutMs, hangTimeoutMs, drainTimeoutMs } =
      this.#forks?.config ?? this.#config;
    return { workers, bootTimeoutMs, hangTimeoutMs, drainTimeoutMs, random: Math.random };
  }

  #step(event: SupervisorEvent): void {
    const now = systemClock.now();
    const { state, actions, wakeAt } = step(this.#settings, this.#state, event, now);
    if (state.stop && !this.#state.stop) this.telemetry.emit("server.stopping");
    this.#state = state;
    this.#callOffWake();
    if (wakeAt !== undefined) {
      const wake = () => this.take({ type: "wake" });
      this.#callOffWake = systemClock.after(Math.max(0, wakeAt - now), wake);
    }
    for (const action of actions) this.#carryOut(action);
    const ready = state.workers.filter(({ stage }) => stage === "ready");
    this.#ready.set(ready.length, state.places.length);
    this.#operator?.look();
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
        void announce({
          ...{ config: this.#config, control: this.#control, print: this.#options.print },
          ...{ hasEnded: () => this.#state.phase === "ended", forks: this.#forks },
          telemetry: this.telemetry,
        });
        break;
      case "rolled":
        this.telemetry.emit("reload.ended", { error: action.error });
        this.#operator?.rolled(action.error, action.tookMs);
        break;
      case "emit":
        this.telemetry.emit(action.name, action.event);
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
