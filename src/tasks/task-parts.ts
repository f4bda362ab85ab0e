import { nearest } from "../config/nearest.ts";
import { messageOf } from "../errors.ts";
import type { Task } from "./task.ts";

const names = [
  "name",
  "description",
  "input",
  "example",
  "run",
  "runAsync",
  "hasAsyncForm",
  "memoryBytes",
] as const satisfies readonly (keyof Task)[];

/**
 * Checks what an author passed to `defineTask`. Whether the schema accepts the example, the worker
 * checks when it loads the task: that may take time, and threads load tasks too.
 *
 * @throws TypeError that names the task, the field and the remedy
 */
export function requireParts(task: Task): void {
  if (typeof task !== "object" || task === null) throw new TypeError(noObject(task));
  if (typeof task.name !== "string" || !/^[a-z][a-z0-9-]{0,63}$/.test(task.name)) {
    const told = JSON.stringify(task.name) ?? String(task.name);
    throw new TypeError(`Task name ${told}: use 1 to 64 of a-z, 0-9 and "-", a letter first`);
  }
  const fault = unknownField(task) ?? descriptionFault(task) ?? inputFault(task);
  const message = fault ?? exampleFault(task) ?? functionFault(task);
  if (message !== undefined) throw new TypeError(`Task ${task.name}: ${message}`);
}

function noObject(given: unknown): string {
  if (typeof given === "function") return "defineTask takes a task: give it an instance of a class";
  return `defineTask takes an object with the fields ${names.join(", ")}`;
}

/** An unknown field was meant to do something. It is not ignored silently. */
function unknownField(task: Task): string | undefined {
  const stray = Object.keys(task).find((name) => !(names as readonly string[]).includes(name));
  if (stray === undefined) return undefined;
  const meant = nearest(stray, names);
  const guess = meant === undefined ? "" : `; did you mean "${meant}"?`;
  return (
    `"${stray}" is not a field of a task; its fields are ${names.join(", ")}${guess}. Keep your ` +
    "own data outside of the task, or in a private field (#name) of its class. Flags and requests " +
    "set time limits and the executor"
  );
}

function descriptionFault({ description }: Task): string | undefined {
  if (typeof description === "string" && description.trim() !== "") return undefined;
  return '"description" must be a text: a sentence for GET /tasks';
}

function inputFault({ input }: Task): string | undefined {
  const schema = input as unknown as { _zod?: { run?: unknown }; _def?: unknown } | undefined;
  if (typeof schema?._zod?.run === "function") return undefined;
  const remedy = 'make it with the z that manycore exports (import { z } from "manycore")';
  if (schema?._def !== undefined)
    return `"input" must be a zod 4 schema, it is one of zod 3: ${remedy}`;
  return `"input" must be a zod schema: ${remedy}`;
}

function exampleFault({ example }: Task): string | undefined {
  if (example === undefined) {
    return '"example" is missing: give an input that works, as JSON; GET /tasks shows it';
  }
  try {
    if (JSON.stringify(example) !== undefined) return undefined;
    return '"example" must be an input that works, as JSON';
  } catch (error) {
    return `"example" must be JSON (${messageOf(error)})`;
  }
}

function functionFault(task: Task): string | undefined {
  if (typeof task.run !== "function") return '"run" must be a function of the input';
  for (const name of ["runAsync", "hasAsyncForm", "memoryBytes"] as const) {
    if (task[name] === undefined || typeof task[name] === "function") continue;
    return `"${name}" must be a function of the input, or left out`;
  }
  if (task.runAsync || !task.hasAsyncForm) return undefined;
  return '"hasAsyncForm" needs "runAsync", which is missing';
}
