import type { z } from "zod";
import { requireParts } from "./task-parts.ts";

/** What a run can report while it computes. */
export interface RunContext {
  /**
   * Reports how far a job's run has come, as any JSON of up to 10,000 characters. Clients see it in
   * the job and its events, at most about ten times a second. It is cheap to call often. For a run
   * that is no job it does nothing.
   *
   * @throws TypeError for a value that is not JSON, RangeError for one that is too long
   */
  progress(value: unknown): void;
}

/**
 * A task: a named function from an input to an output.
 *
 * The output must be JSON: `threads` returns it as text from another thread. Bytes in it (a
 * `Uint8Array`, an `ArrayBuffer`), at any depth, become base64. Values that JSON would silently
 * lose are refused, with their place: a Map, a function, NaN, undefined in an array, an object
 * whose content JSON does not see, more than 1000 levels. A `toJSON` is called as usual.
 *
 * Inputs are cloned on their way to a thread (structured cloning), so they must be plain data.
 * Bytes of an output are copied, so a task may keep what it returns. `giveAway` saves the copy.
 *
 * The functions are written as methods, which TypeScript compares in both directions: a
 * `Task<HashInput>` is a `Task`, so tasks of different inputs fit one list. Call them only with
 * input that the task's own schema has passed.
 */
export interface Task<Input = unknown, Output = unknown> {
  readonly name: string;
  /** One sentence for `GET /tasks`. */
  readonly description: string;
  /** Checks the input; its JSON Schema is shown at `GET /tasks/:task`. */
  readonly input: z.ZodType<Input>;
  /** An input that works, for the documentation and a first try. */
  readonly example: unknown;
  /** Computes, usually synchronously: it has a core to itself. */
  run(input: Input, context: RunContext): Output | Promise<Output>;
  /** The native asynchronous form, which computes on libuv's threads. */
  runAsync?(input: Input, context: RunContext): Promise<Output>;
  /** Whether `runAsync` can take this input; if left out, it takes every input. */
  hasAsyncForm?(input: Input): boolean;
  /** Memory that a run of this input takes, in bytes, if that is much. */
  memoryBytes?(input: Input): number;
}

const brand = Symbol.for("manycore.task");

/** Whether `defineTask` made `value`, in this or another copy of the package. */
export function isTask(value: unknown): value is Task {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Makes a task from its parts, checked and frozen. Every executor calls its functions as methods of
 * the given object. So that may be an instance of a class, with its own state in private fields
 * (#name). Each worker and each thread loads the module, and has an instance of its own.
 *
 * @throws TypeError that names the part that is missing, wrong or unknown
 */
export function defineTask<Input, Output>(task: Task<Input, Output>): Task<Input, Output> {
  requireParts(task as Task);
  const { name, description, input, example } = task;
  const made = {
    ...{ name, description, input, example, run: task.run.bind(task) },
    ...(task.runAsync && { runAsync: task.runAsync.bind(task) }),
    ...(task.hasAsyncForm && { hasAsyncForm: task.hasAsyncForm.bind(task) }),
    ...(task.memoryBytes && { memoryBytes: task.memoryBytes.bind(task) }),
  };
  return Object.freeze({ ...made, [brand]: true });
}
