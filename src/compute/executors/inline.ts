import type { StopSignal } from "../../stop.ts";
import { openContext } from "../../tasks/context.ts";
import type { Task } from "../../tasks/task.ts";
import { Turns } from "../../turns.ts";
import type { Executor, Ran, RunEvents } from "../executor.ts";
import { Setups } from "../setups.ts";
import { taskFailedError } from "../task-failed.ts";
import { callOnLoop } from "./call-on-loop.ts";
import { runMeasured } from "./measured.ts";

/**
 * Computes on the worker's own event loop, one run per turn. Between two runs the loop serves
 * whatever else is ready, so a light request waits for one run at most. A synchronous run cannot be
 * interrupted. After an abort an asynchronous run is no longer waited for: one that never settles
 * would keep its slot for ever.
 */
export class InlineExecutor implements Executor {
  readonly name = "inline";
  readonly canInterrupt = false;
  readonly sharesLoop = true;
  readonly #turns = new Turns();
  readonly #setups: Setups;

  /** @param setups of this event loop */
  constructor(setups = new Setups()) {
    this.#setups = setups;
  }

  refusal(): undefined {}

  async run(task: Task, input: unknown, signal: StopSignal, events: RunEvents): Promise<Ran> {
    await this.#turns.next();
    events.onStart();
    const said = openContext(events);
    const start = (resources: unknown) => task.run(input, said.contextWith(resources));
    try {
      const call = () => callOnLoop(() => this.#setups.whenReady(task, start), events);
      const ran = await runMeasured(call, false, signal, events.isCpuAsked);
      said.end();
      return { ...ran, thread: null };
    } catch (error) {
      said.endFailed();
      throw signal.aborted && error === signal.reason ? error : taskFailedError(task, error);
    }
  }

  async close(): Promise<void> {}
}
