import { trackProgress } from "../../tasks/progress.ts";
import type { Task } from "../../tasks/task.ts";
import { Turns } from "../../turns.ts";
import type { Executor, Ran, RunEvents } from "../executor.ts";
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

  refusal(): undefined {}

  async run(task: Task, input: unknown, signal: AbortSignal, events: RunEvents): Promise<Ran> {
    await this.#turns.next();
    events.onStart();
    const progress = trackProgress(events.onProgress);
    try {
      const call = () => callOnLoop(() => task.run(input, progress.context), events);
      const ran = await runMeasured(call, false, signal, events.isCpuAsked);
      progress.end();
      return { ...ran, thread: null };
    } catch (error) {
      progress.endFailed();
      throw signal.aborted && error === signal.reason ? error : taskFailedError(task, error);
    }
  }

  async close(): Promise<void> {}
}
