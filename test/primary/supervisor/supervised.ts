import type {
  Step,
  SupervisorAction,
  SupervisorEvent,
  SupervisorSettings,
  SupervisorState,
} from "../../../src/primary/supervisor/supervision.ts";
import { initialState, step } from "../../../src/primary/supervisor/supervisor.ts";

/** A supervisor under test: its state is frozen between steps, its clock moves by hand. */
export class Supervised {
  readonly settings: SupervisorSettings;
  now = 1000;
  state: SupervisorState;
  wakeAt: Step["wakeAt"];
  /** Every action so far. */
  readonly actions: SupervisorAction[] = [];
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
      action.type === "fork"
        ? this.take({ type: "forked", worker: action.worker, pid: this.#nextPid++ })
        : [],
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
    for (const { number } of this.state.workers) this.take({ type: "ready", worker: number });
    return this;
  }

  exited(
    worker: number,
    code: number | null,
    signal: string | null = null,
    hadJob = false,
  ): SupervisorAction[] {
    return this.take({ type: "exited", worker, code, signal, hadJob });
  }
}

/** The actions without their logs, in short: `fork 1`, `kill 2`, `announce`, `stop-accepting`, `exit 0`. */
export function deeds(actions: readonly SupervisorAction[]): string[] {
  return actions.flatMap((action) => {
    if (action.type === "log") return [];
    if (action.type === "exit") return [`exit ${action.code}`];
    return "worker" in action ? [`${action.type} ${action.worker}`] : [action.type];
  });
}

/** What was logged. */
export function logs(actions: readonly SupervisorAction[]) {
  return actions.flatMap((action) => (action.type === "log" ? [action] : []));
}

/** The message of the exit. */
export function lastWords(actions: readonly SupervisorAction[]): string | undefined {
  return actions.flatMap((action) => (action.type === "exit" ? [action.message] : []))[0];
}

function frozen(state: SupervisorState): SupervisorState {
  for (const worker of state.workers) Object.freeze(worker);
  Object.freeze(state.workers);
  if (state.stop) Object.freeze(state.stop);
  return Object.freeze(state);
}
