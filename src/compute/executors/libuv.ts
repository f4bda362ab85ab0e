import type { StopSignal } from "../../stop.ts";
import { openContext } from "../../tasks/context.ts";
import type { Task } from "../../tasks/task.ts";
import { callUserCode } from "../../tasks/user-code.ts";
import type { Executor, Ran, RunEvents } from "../executor.ts";
import { Setups } from "../setups.ts";
import { taskFailedError } from "../task-failed.ts";
import { callOnLoop } from "./call-on-loop.ts";
import { niceLibuvThreads } from "./niceness.ts";

/**
 * Uses a task's native asynchronous form, which computes on libuv's threads: UV_THREADPOOL_SIZE of
 * them, one pool per process, shared with `fs` and `dns`. A run there cannot be interrupted, and
 * its CPU time cannot be told from that of other threads.
 */
export class LibuvExecutor implements Executor {
  readonly name = "libuv";
  readonly canInterrupt = false;
  readonly sharesLoop = true;
  /** Whether the priority of libuv's threads needs no further change. */
  #isSettled: boolean;
  readonly #setups: Setups;

  /**
   * @param nice whether libuv's threads get a lower priority than the event loop, once a run has
   *   ended. For a process where they compute; not where they only serve `fs` beside other
   *   executors.
   * @param setups of this event loop
   */
  constructor({ nice, setups = new Setups() }: { nice: boolean; setups?: Setups }) {
    this.#isSettled = !nice;
    this.#setups = setups;
  }

  /** @throws AppError `task-failed` if the task cannot tell */
  refusal(task: Task, input: unknown): string | undefined {
    if (!task.runAsync) return `Task ${task.name} has no native asynchronous form.`;
    if (!hasAsyncForm(task, input)) {
      return `Task ${task.name} has no native asynchronous form for this input.`;
    }
    return undefined;
  }

  async run(task: Task, input: unknown, _signal: StopSignal, events: RunEvents): Promise<Ran> {
    const { runAsync } = task;
    if (!runAsync) throw new TypeError(`Task ${task.name} has no runAsync`);
    events.onStart();
    const said = openContext(events);
    const start = (resources: unknown) => runAsync(input, said.contextWith(resources));
    const startedAt = performance.now();
    try {
      const result = await callOnLoop(() => this.#setups.whenReady(task, start), events);
      const ranMs = performance.now() - startedAt;
      said.end();
      this.#isSettled ||= niceLibuvThreads();
      return { result, ranMs, cpuMs: null, thread: null };
    } catch (error) {
      said.endFailed();
      throw taskFailedError(task, error);
    }
  }

  async close(): Promise<void> {}
}

/** The function is user code: it may throw. */
function hasAsyncForm(task: Task, input: unknown): boolean {
  const { hasAsyncForm: ask } = task;
  try {
    return !ask || callUserCode("asked", task, () => ask.call(task, input));
  } catch (error) {
    throw taskFailedError(task, error);
  }
}
