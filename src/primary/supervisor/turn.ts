import type {
  Ending,
  Step,
  Stop,
  SupervisorAction,
  SupervisorSettings,
  SupervisorState,
} from "./supervision.ts";
import { gone, hasProcess, leaving, nameOf, type WorkerHandle } from "./worker-handle.ts";

type LogAction = SupervisorAction & { readonly type: "log" };

/** One step of the supervisor in the making: a copy of the state, and the actions so far. */
export class Turn {
  readonly settings: SupervisorSettings;
  readonly now: number;
  readonly workers: WorkerHandle[];
  phase: SupervisorState["phase"];
  stop: Stop | undefined;
  readonly #actions: SupervisorAction[] = [];

  constructor(settings: SupervisorSettings, state: SupervisorState, now: number) {
    this.settings = settings;
    this.now = now;
    this.workers = [...state.workers];
    this.phase = state.phase;
    this.stop = state.stop;
  }

  get isOver(): boolean {
    return this.phase === "ended";
  }

  put(worker: WorkerHandle): void {
    this.workers[worker.number - 1] = worker;
  }

  act(...actions: readonly SupervisorAction[]): void {
    this.#actions.push(...actions);
  }

  log(level: LogAction["level"], message: string, fields: LogAction["fields"]): void {
    this.act({ type: "log", level, message, fields });
  }

  /** Tells of a process that has ended: always with pid, code, signal and uptime. */
  logEnding(
    level: LogAction["level"],
    worker: WorkerHandle,
    ending: Ending,
    more: LogAction["fields"] = {},
  ): void {
    const { number, pid, forkedAt, endsBecause } = worker;
    const { code, signal } = ending;
    const fields = { worker: number, pid, code, signal, uptimeMs: this.since(forkedAt), ...more };
    const because = endsBecause === undefined ? "" : `: ${endsBecause}`;
    this.log(level, `${nameOf(worker)} ended (${inWords(ending)})${because}`, fields);
  }

  /** Sees to it that a worker is gone soon and does not come back. */
  kill(worker: WorkerHandle): void {
    if (hasProcess(worker)) {
      this.put(leaving(worker, worker.bootError));
      this.act({ type: "kill", worker: worker.number });
    } else {
      this.put(gone(worker));
    }
  }

  exit(code: number, message?: string): void {
    this.phase = "ended";
    this.act({ type: "exit", code, message });
  }

  /** Whole milliseconds. */
  since(time: number): number {
    return Math.round(this.now - time);
  }

  step(): Step {
    const state = { phase: this.phase, workers: this.workers, stop: this.stop };
    const times = [...this.workers.map(({ dueAt }) => dueAt), this.stop?.deadline];
    const next = Math.min(...times.filter((time) => time !== undefined));
    const wakeAt = this.isOver || next === Number.POSITIVE_INFINITY ? undefined : next;
    return { state, actions: this.#actions, wakeAt };
  }
}

export function inWords({ code, signal }: Ending): string {
  return signal ?? (code === null ? "it could not be started" : `exit code ${code}`);
}
