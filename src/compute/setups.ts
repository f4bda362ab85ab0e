import { setTimeout as pause } from "node:timers/promises";
import { messageOf, propertyOf, shorten } from "../errors.ts";
import type { Task } from "../tasks/task.ts";
import { callStraying, inspected } from "./strays.ts";

/** In place of what a teardown returns. */
const late = Symbol("late");

/** Longest time for the teardowns of tasks. */
export const longestTeardownMs = 5000;

/** What a task has to do with its resources. */
type SetupTask = Pick<Task, "name" | "setup" | "teardown">;

/** The most characters that are kept of the error of a setup, with its stack and its causes. */
const mostWords = 10_000;

/**
 * The setup of a task threw or rejected. The message has nothing of that error, so clients may see it.
 * Its fields cross from a thread, its class does not.
 */
class SetupFailed extends Error {
  override readonly name = "SetupFailed";
  /** With the error, its stack and its causes, for whoever runs the server. */
  readonly whole: string;

  constructor(subject: string, cause: unknown) {
    super(`${subject} failed`, { cause });
    this.whole = `${this.message}: ${shorten(inspected(cause), mostWords)}`;
  }
}

/** The text of an error for whoever runs the server: of a failed setup all of it. */
export function wholeTextOf(error: unknown): string {
  const whole = propertyOf(error, "whole");
  return typeof whole === "string" ? whole : messageOf(error);
}

export interface SetupsOptions {
  /** The file of a task, as it was given; undefined if it has none. */
  readonly fileOf?: (task: string) => string | undefined;
  /** Told what is being set up, before it begins, and when it has ended. */
  readonly onStep?: (step: string, isOver: boolean) => void;
}

/** What a pool of threads has to know of the setups of tasks. */
export interface ThreadSetups {
  /** Tasks that a thread sets up with their first run there. */
  readonly lazily: readonly string[];
  /** Whether any task has a teardown. */
  readonly hasTeardown: boolean;
  /** Told what a thread sets up, before it begins, and when it has ended. */
  readonly onStep: (step: string, isOver: boolean) => void;
  /** Told what went wrong in a teardown, or after a run. */
  readonly onFault: (fault: string) => void;
}

/** The resources that the `setup` of tasks made on this thread: a Piscina thread or an event loop. */
export class Setups {
  readonly #options: SetupsOptions;
  readonly #made = new Map<string, { readonly task: SetupTask; readonly resources: unknown }>();
  readonly #making = new Map<string, Promise<unknown>>();

  constructor(options: SetupsOptions = {}) {
    this.#options = options;
  }

  /** Whether a run of the task can start at once. */
  isReady({ name, setup }: SetupTask): boolean {
    return !setup || this.#made.has(name);
  }

  /** What `setup` returned; undefined if there is none, or not yet. */
  resourcesOf({ name, setup }: SetupTask): unknown {
    return setup && this.#made.get(name)?.resources;
  }

  /** Calls `start` with the resources, at once if the task is set up, else after that. */
  whenReady<Returned>(task: SetupTask, start: (resources: unknown) => Returned) {
    if (this.isReady(task)) return callStraying(task.name, start, this.resourcesOf(task));
    const call = () => callStraying(task.name, start, this.resourcesOf(task));
    return this.setUp(task).then(call);
  }

  /**
   * Sets the task up, unless it is. After a failure the next call tries again.
   *
   * @throws SetupFailed
   */
  async setUp(task: SetupTask): Promise<void> {
    if (this.isReady(task)) return;
    const making = this.#making.get(task.name) ?? this.#make(task);
    this.#making.set(task.name, making);
    try {
      const resources = await making;
      this.#made.set(task.name, { task, resources });
    } finally {
      this.#making.delete(task.name);
    }
  }

  /**
   * Gives the resources back to their tasks.
   *
   * @returns what went wrong, in words
   */
  async tearDown(withinMs: number): Promise<readonly string[]> {
    const made = [...this.#made.values()];
    this.#made.clear();
    const faults = await Promise.all(
      made.map(({ task, resources }) => this.#tearDownOne(task, resources, withinMs)),
    );
    return faults.filter((fault) => fault !== undefined);
  }

  async #make(task: SetupTask): Promise<unknown> {
    const subject = this.#subject("setup", task);
    this.#options.onStep?.(subject, false);
    try {
      return await callStraying(task.name, () => task.setup?.(), undefined);
    } catch (error) {
      throw new SetupFailed(`The ${subject}`, error);
    } finally {
      this.#options.onStep?.(subject, true);
    }
  }

  async #tearDownOne(task: SetupTask, resources: unknown, withinMs: number) {
    if (!task.teardown) return undefined;
    const subject = `The ${this.#subject("teardown", task)}`;
    const over = new AbortController();
    const timer = pause(withinMs, late, { signal: over.signal }).catch(() => late);
    try {
      const ended = await Promise.race([task.teardown(resources), timer]);
      return ended === late ? `${subject} has not ended within ${withinMs} ms` : undefined;
    } catch (error) {
      return new SetupFailed(subject, error).whole;
    } finally {
      over.abort();
    }
  }

  #subject(part: "setup" | "teardown", { name }: SetupTask): string {
    const file = this.#options.fileOf?.(name);
    return file === undefined ? `${part} of task ${name}` : `${part} of task ${name} (${file})`;
  }
}
