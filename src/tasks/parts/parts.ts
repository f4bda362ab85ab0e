/** What an author passes to `defineTask`: its parts, and a check of each. */
import { executorNames } from "../../config/modes.ts";
import { nearest } from "../../config/nearest.ts";
import { messageOf } from "../../errors.ts";
import type { GivenTask } from "../task.ts";
import { limitFault, maxConcurrency, maxSlots, maxTimeoutMs, retryFault } from "./limits.ts";
import { schemaFault } from "./schemas.ts";

/**
 * What is wrong with a part, as the rest of a sentence that begins with its name in quotation
 * marks; undefined if it is right.
 */
type Check = (part: unknown, task: GivenTask) => string | undefined;

/** In the order in which they are checked. A part may be left out unless its check says otherwise. */
const checks: Readonly<Record<keyof GivenTask, Check>> = {
  name: () => undefined, // It is checked first: the other messages begin with it.
  description: optional((part) => textFault(part)),
  input: schemaFault,
  example: optional((part) => exampleFault(part)),
  output: optional(schemaFault),
  run: (part) => (typeof part === "function" ? undefined : "must be a function of the input"),
  runAsync: optional(functionFault("of the input")),
  hasAsyncForm: optional((part, task) => asyncFormFault(part, task)),
  setup: optional(functionFault("that returns what context.resources is to be")),
  teardown: optional((part, task) => teardownFault(part, task)),
  slots: optional(orFunction(limitFault(1, maxSlots))),
  concurrency: optional(limitFault(1, maxConcurrency)),
  timeoutMs: optional(limitFault(1, maxTimeoutMs)),
  retry: optional(retryFault),
  executor: optional((part) => executorFault(part)),
  memoryBytes: optional(orFunction(limitFault(0, Number.MAX_SAFE_INTEGER))),
};

export const partNames = Object.keys(checks) as readonly (keyof GivenTask)[];

/** The parts that are functions of the author, or may be. A schema may be a function, too. */
export const methodNames: ReadonlySet<keyof GivenTask> = new Set([
  "run",
  "runAsync",
  "hasAsyncForm",
  "setup",
  "teardown",
  "slots",
  "memoryBytes",
] as const);

/**
 * Whether the schema accepts the example, the worker checks when it loads the task: that may take
 * time, and threads load tasks too.
 *
 * @throws TypeError that names the task, the field and the remedy
 */
export function requireParts(task: GivenTask): void {
  if (typeof task !== "object" || task === null) throw new TypeError(noObject(task));
  if (typeof task.name !== "string" || !/^[a-z][a-z0-9-]{0,63}$/.test(task.name)) {
    const told = JSON.stringify(task.name) ?? String(task.name);
    throw new TypeError(`Task name ${told}: use 1 to 64 of a-z, 0-9 and "-", a letter first`);
  }
  const message = unknownField(task) ?? partFault(task);
  if (message !== undefined) throw new TypeError(`Task ${task.name}: ${message}`);
}

function partFault(task: GivenTask): string | undefined {
  for (const name of partNames) {
    const fault = checks[name](task[name], task);
    if (fault !== undefined) return `"${name}" ${fault}`;
  }
  return undefined;
}

function noObject(given: unknown): string {
  if (typeof given === "function") return "defineTask takes a task: give it an instance of a class";
  return `defineTask takes an object with the fields ${partNames.join(", ")}`;
}

/** An unknown field was meant to do something. It is not ignored silently. */
function unknownField(task: GivenTask): string | undefined {
  const stray = Object.keys(task).find((name) => !Object.hasOwn(checks, name));
  if (stray === undefined) return undefined;
  const meant = nearest(stray, partNames);
  const guess = meant === undefined ? "" : `; did you mean "${meant}"?`;
  return (
    `"${stray}" is not a field of a task; its fields are ${partNames.join(", ")}${guess}. Keep ` +
    "your own data outside of the task, or in a private field (#name) of its class"
  );
}

function optional(check: Check): Check {
  return (part, task) => {
    if (part === undefined) return undefined;
    const fault = check(part, task);
    return fault?.startsWith("must") ? `${fault}, or left out` : fault;
  };
}

function orFunction(check: Check): Check {
  return (part, task) => {
    if (typeof part === "function") return undefined;
    const fault = check(part, task);
    return fault && `${fault}, a function of the input that returns one`;
  };
}

function functionFault(what: string): Check {
  return (part) => (typeof part === "function" ? undefined : `must be a function ${what}`);
}

function textFault(part: unknown): string | undefined {
  if (typeof part === "string" && part.trim() !== "") return undefined;
  return "must be a text: a sentence for GET /tasks";
}

function exampleFault(example: unknown): string | undefined {
  try {
    if (JSON.stringify(example) !== undefined) return undefined;
    return "must be an input that works, as JSON";
  } catch (error) {
    return `must be JSON (${messageOf(error)})`;
  }
}

function asyncFormFault(part: unknown, { runAsync }: GivenTask): string | undefined {
  if (typeof part !== "function") return "must be a function of the input";
  return runAsync ? undefined : 'needs "runAsync", which is missing';
}

function teardownFault(part: unknown, { setup }: GivenTask): string | undefined {
  if (typeof part !== "function") return "must be a function of what setup returned";
  return setup ? undefined : 'needs "setup", which is missing';
}

function executorFault(part: unknown): string | undefined {
  if ((executorNames as readonly unknown[]).includes(part)) return undefined;
  return `must be ${executorNames.join(", ")}`;
}
