import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ExecutorName } from "../config/modes.ts";
import type { RunContext } from "./run-context.ts";

/** A schema of any library that follows Standard Schema: zod, valibot, arktype and others. */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/** What a schema makes of a value that it accepts. */
export type OutputOf<Of extends Schema> = StandardSchemaV1.InferOutput<Of>;

/** What a schema accepts. */
export type InputOf<Of extends Schema> = StandardSchemaV1.InferInput<Of>;

/** A number, or a function that reckons it from the input. A method: TypeScript compares those in both directions. */
export type NumberFor<Input> = number | { reckon(input: Input): number }["reckon"];

/** What is given to `defineTask`, but for the schema of the output. */
export interface TaskParts<
  Input extends Schema = Schema,
  Output = unknown,
  Resources = unknown,
  Name extends string = string,
> {
  readonly name: Name;
  /** One sentence for `GET /tasks`; the name if left out. */
  readonly description?: string;
  /** Checks the input; its JSON Schema is shown at `GET /tasks/:task`. */
  readonly input: Input;
  /** An input that works, for the documentation and a first try. */
  readonly example?: unknown;
  /** Computes, usually synchronously: it has a core to itself. */
  run(input: OutputOf<Input>, context: RunContext<Resources>): Output | Promise<Output>;
  /** The native asynchronous form, which computes on libuv's threads. */
  runAsync?(input: OutputOf<Input>, context: RunContext<Resources>): Promise<Output>;
  /** Whether `runAsync` can take this input; if left out, it takes every input. */
  hasAsyncForm?(input: OutputOf<Input>): boolean;
  /**
   * Called once in each thread, or in each worker for runs that compute there. What it returns is
   * `context.resources`.
   */
  setup?(): Resources | Promise<Resources>;
  /** Called with it when the thread or the worker ends in order. */
  teardown?(resources: Resources): void | Promise<void>;
  /** Slots that one run takes, 1 if left out. A run that wants more than there are takes all. */
  readonly slots?: NumberFor<OutputOf<Input>>;
  /**
   * At most this many jobs of the task run at the same time in the whole server, and at most this many
   * live runs in each worker, 1 to 1000. If left out, as many as there are slots.
   */
  readonly concurrency?: number;
  /** The deadline of a run, in place of `--run-timeout`. */
  readonly timeoutMs?: number;
  /** For its jobs, where they do not say otherwise. */
  readonly retry?: { readonly maxAttempts?: number; readonly backoffMs?: number };
  /** Where its runs go if the client does not ask. */
  readonly executor?: ExecutorName;
  /** Memory that a run takes, in bytes, if that is much. */
  readonly memoryBytes?: NumberFor<OutputOf<Input>>;
}

/** All that may be given to `defineTask`. */
export type GivenTask = TaskParts & { readonly output?: unknown };

/**
 * A task: a named function from an input to an output, as `defineTask` makes it.
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
 * `Task<HashSchema>` is a `Task`, so tasks of different inputs fit one list. Call them only with
 * input that the task's own schema has passed.
 */
export interface Task<
  Input extends Schema = Schema,
  Output = unknown,
  Resources = unknown,
  Name extends string = string,
> extends TaskParts<Input, Output, Resources, Name> {
  readonly description: string;
  /** Checks what `run` returned, where it was computed. The client gets what the schema makes of it. */
  readonly output?: Schema;
}
