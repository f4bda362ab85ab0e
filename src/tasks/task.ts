import type { z } from "zod";
import { requireParts } from "./task-parts.ts";

/** What a run can tell while it computes. */
export interface RunContext {
  /**
   * Says how far a job's run has come, in any JSON of up to 10,000 characters: clients see it in
   * the job and its events, about ten times a second at most. It costs next to nothing to call
   * often, and nothing comes of it where the run is no job.
   *
   * @throws TypeError for what is no JSON, RangeError for more of it
   */
  progress(value: unknown): void;
}

/**
 * A task: a named function from an input to an output.
 *
 * The output must be writable as JSON: `threads` returns its text from another thread. Bytes in it
 * (a `Uint8Array`, an `ArrayBuffer`), at any depth, are base64 there. What JSON would lose without a
 * word is refused, with its place: a Map, a function, NaN, undefined in an array, an object whose
 * content JSON does not see, more than 1000 levels. A `toJSON` is called as usual.
 *
 * Between threads inputs are cloned (structured cloning), so they have to be plain data. Bytes of an
 * output are copied, so a task may keep what it returns; where it does not, `giveAway` saves the
 * copy.
 *
 * The functions are written as methods, which TypeScript compares both ways: a `Task<HashInput>` is
 * a `Task`, so tasks of different inputs fit one list. Only input that the task's own schema has
 * passed may be given to them.
 */
export interface Task<Input = unknown, Output = unknown> {
  readonly name: string;
  /** One sentence for `GET /tasks`. */
  readonly description: string;
  /** Checks the input; its JSON Schema is shown at `GET /tasks/:task`. */
  readonly input: z.ZodType<Input>;
  /** An input that works, for the documentation and for a first try. */
  readonly example: unknown;
  /** Computes, synchronously as a rule: it has a core to itself. */
  run(input: Input, context: RunContext): Output | Promise<Output>;
  /** The native asynchronous form, which computes on libuv's threads. */
  runAsync?(input: Input, context: RunContext): Promise<Output>;
  /** Whether `runAsync` can take this input; every input where it is left out. */
  hasAsyncForm?(input: Input): boolean;
  /** Memory that a run of this input takes at once, in bytes, where that is much. */
  memoryBytes?(input: Input): number;
}

const brand = Symbol.for("manycore.task");

/** Whether `value` was made by `defineTask`, by this or another copy of the package. */
export function isTask(value: unknown): value is Task {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Makes a task of its parts, checked and frozen. Its functions are called as methods of what was
 * given, on every executor: that may be an instance of a class, with what else it needs in private
 * fields (#name). Each worker and each thread loads the module and so has an instance of its own.
 *
 * @throws TypeError where a part is missing, wrong or unknown, naming the part.
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
