import type { Logger } from "pino";
import { type Life, nextLife } from "../../../src/channel/life.ts";
import type {
  Step,
  SupervisorAction,
  SupervisorEvent,
  SupervisorSettings,
  SupervisorState,
} from "../../../src/primary/supervisor/supervision.ts";
import { initialState, step } from "../../../src/primary/supervisor/supervisor.ts";
import { booting, type WorkerHandle } from "../../../src/primary/supervisor/worker-handle.ts";
import { Telemetry } from "../../../src/telemetry/events.ts";
import { logEvents } from "../../../src/telemetry/log-events.ts";

/** A life that never was. */
export const nobody = 1e6 as Life;

/**
 * A supervisor under test: its state is frozen between steps, its clock moves by hand. Its methods
 * take the number of a place, and mean the last life that was forked there.
 */
export class Supervised {
  readonly settings: SupervisorSettings;
  now = 1000;
  state: SupervisorState;
  wakeAt: Step["wakeAt"];
  /** Every action so far. */
  readonly actions: SupervisorAction[] = [];
  readonly #lives = new Map<number, Life>();
  #nextPid = 100;

  constructor(settings: Partial<SupervisorSettings> = {}) {
    this.settings = {
      workers: 2,
      bootTimeoutMs: 10_000,
      hangTimeoutMs: 5000,
      drainTimeoutMs: 20_000,
      random: () => 0.5,
      ...settings,
    };
    this.state = frozen(initialState(this.settings.workers));
  }

  /** Takes an event and returns the actions, having answered each fork with a new pid. */
  take(event: SupervisorEvent): SupervisorAction[] {
    const { state, actions, wakeAt } = step(this.settings, this.state, event, this.now);
    this.state = frozen(state);
    this.wakeAt = wakeAt;
    this.actions.push(...actions);
    const answers = actions.flatMap((action) =>
      action.type === "fork" ? this.#forked(action.life, action.number) : [],
    );
    return [...actions, ...answers];
  }

  /** Moves the clock to the time that the last step asked for, and wakes. */
  wake(): SupervisorAction[] {
    if (this.wakeAt === undefined) throw new Error("no wake was asked for");
    this.now = Math.max(this.now, this.wakeAt);
    return this.take({ type: "wake" });
  }

  /** Starts, with every worker ready. */
  up(): this {
    this.take({ type: "start" });
    for (const { number } of this.state.places) this.ready(number);
    return this;
  }

  /** Forks a second life in a place, as a rolling reload does. */
  overlap(number: number): SupervisorAction[] {
    const { state } = this;
    const life = nextLife(state.lastLife);
    const second = booting(life, number, this.now, this.settings.bootTimeoutMs);
    this.state = frozen({ ...state, workers: [...state.workers, second], lastLife: life });
    return this.#forked(life, number);
  }

  lifeIn(number: number): Life {
    return this.#lives.get(number) ?? nobody;
  }

  handle(life: Life): WorkerHandle | undefined {
    return this.state.workers.find((worker) => worker.life === life);
  }

  ready(number: number): SupervisorAction[] {
    return this.take({ type: "ready", life: this.lifeIn(number) });
  }

  bootFailed(number: number, message: string): SupervisorAction[] {
    return this.take({ type: "boot-failed", life: this.lifeIn(number), message });
  }

  exited(
    number: number,
    code: number | null,
    signal: string | null = null,
    hadJob = false,
  ): SupervisorAction[] {
    return this.take({ type: "exited", life: this.lifeIn(number), code, signal, hadJob });
  }

  /** The system was short of something. */
  notStarted(number: number, shortage: string): SupervisorAction[] {
    const life = this.lifeIn(number);
    return this.take({ type: "exited", life, code: null, signal: null, hadJob: false, shortage });
  }

  #forked(life: Life, number: number): SupervisorAction[] {
    this.#lives.set(number, life);
    return this.take({ type: "forked", life, pid: this.#nextPid++ });
  }
}

/**
 * The actions without their logs, in short: `fork 1` in place 1, `kill 3` and `drain 3` life 3,
 * `announce`, `stop-accepting`, `exit 0`.
 */
export function deeds(actions: readonly SupervisorAction[]): string[] {
  return actions.flatMap((action) => {
    if (action.type === "log" || action.type === "emit") return [];
    if (action.type === "exit") return [`exit ${action.code}`];
    if (action.type === "fork") return [`fork ${action.number}`];
    return "life" in action ? [`${action.type} ${action.life}`] : [action.type];
  });
}

/** What was logged, the lines of the events included. */
export function logs(actions: readonly SupervisorAction[]) {
  return actions.flatMap((action) => {
    if (action.type === "emit") return lineOf(action);
    return action.type === "log" ? [action] : [];
  });
}

function lineOf({ name, event }: SupervisorAction & { readonly type: "emit" }) {
  const lines: (SupervisorAction & { readonly type: "log" })[] = [];
  const { level } = event;
  const write = (fields: Record<string, unknown>, message: string) =>
    void lines.push({ type: "log", level, message, fields });
  const telemetry = new Telemetry();
  logEvents(telemetry, { [level]: write } as unknown as Logger);
  telemetry.emit(name, event);
  return lines;
}

/** The message of the exit. */
export function lastWords(actions: readonly SupervisorAction[]): string | undefined {
  return actions.flatMap((action) => (action.type === "exit" ? [action.message] : []))[0];
}

function frozen(state: SupervisorState): SupervisorState {
  for (const each of [...state.workers, ...state.places]) Object.freeze(each);
  Object.freeze(state.workers);
  Object.freeze(state.places);
  if (state.stop) Object.freeze(state.stop);
  return Object.freeze(state);
}
