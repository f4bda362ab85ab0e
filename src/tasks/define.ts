import { checkingOutput } from "./output/check-output.ts";
import { methodNames, partNames, requireParts } from "./parts/parts.ts";
import type { GivenTask, InputOf, OutputOf, Schema, Task, TaskParts } from "./task.ts";

const brand = Symbol.for("manycore.task");

/** Whether `defineTask` made `value`, in this or another copy of the package. */
export function isTask(value: unknown): value is Task {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Takes what a const type parameter infers: read-only in all its parts. Only with such a parameter
 * does the "a" of a run stay an "a", where the schema wants one of some texts.
 */
type Readable<Value> = unknown extends Value
  ? Value
  : { readonly [Key in keyof Value]: Readable<Value[Key]> };

/**
 * Makes a task from its parts, checked and frozen. Every executor calls its functions as methods of
 * the given object. So that may be an instance of a class, with its own state in private fields
 * (#name). Each worker and each thread loads the module, and has an instance of its own.
 *
 * With a schema of the output, `run` returns what it accepts, and clients get what it makes of it.
 *
 * @throws TypeError that names the part that is missing, wrong or unknown
 */
export function defineTask<
  Input extends Schema,
  Output extends Schema,
  const Returned extends Readable<InputOf<Output>>,
  Resources = undefined,
  const Name extends string = string,
>(
  task: TaskParts<Input, Returned, Resources, Name> & { readonly output: Output },
): Task<Input, OutputOf<Output>, Resources, Name>;
export function defineTask<
  Input extends Schema,
  Output,
  Resources = undefined,
  const Name extends string = string,
>(
  task: TaskParts<Input, Output, Resources, Name> & {
    readonly output?: "run must return what this schema accepts";
  },
): Task<Input, Output, Resources, Name>;
export function defineTask(task: GivenTask): Task {
  requireParts(task);
  const made: Record<string, unknown> = { description: task.name };
  for (const name of partNames) {
    const part: unknown = task[name];
    if (part !== undefined) made[name] = methodNames.has(name) ? methodOf(task, name, part) : part;
  }
  return Object.freeze({ ...made, [brand]: true }) as unknown as Task;
}

/** A number may stand for a function. */
function methodOf(task: GivenTask, name: keyof GivenTask, part: unknown): unknown {
  if (typeof part !== "function") return part;
  const method = part.bind(task);
  const computes = name === "run" || name === "runAsync";
  return computes && task.output ? checkingOutput(method, task.output as Schema) : method;
}
