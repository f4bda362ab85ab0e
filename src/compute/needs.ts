import type { Task } from "../tasks/task.ts";
import { callUserCode } from "../tasks/user-code.ts";
import { tooMuchMemoryError } from "./refusals.ts";
import { taskFailedError } from "./task-failed.ts";

/** What a run takes for as long as it runs. */
export interface Needs {
  /** From 1 to all slots of the worker. */
  readonly slots: number;
  /** 0 if it is little. */
  readonly memoryBytes: number;
}

/** The needs of most runs. */
export const plainNeeds: Needs = { slots: 1, memoryBytes: 0 };

/**
 * What a run of this input takes, as its task says. One that wants more slots than there are gets all
 * of them.
 *
 * @param most of one worker
 * @throws AppError `invalid-input` if it could not even run alone, for want of memory; `task-failed`
 *   if the task cannot tell
 */
export function requireNeeds(task: Task, input: unknown, most: Needs): Needs {
  const { slots, memoryBytes } = task;
  if (slots === undefined && memoryBytes === undefined) return plainNeeds;
  const needed = memoryOf(task, input);
  if (needed > most.memoryBytes) throw tooMuchMemoryError(task, needed, most.memoryBytes);
  return { slots: Math.min(slotsOf(task, input), most.slots), memoryBytes: needed };
}

function slotsOf(task: Task, input: unknown): number {
  const { slots = 1 } = task;
  const isOne = (value: number) => value >= 1 && (Number.isInteger(value) || value === Infinity);
  const tell = () => (typeof slots === "function" ? ask(task, slots, input) : slots);
  return figureOf(task, "slots", tell, isOne);
}

function memoryOf(task: Task, input: unknown): number {
  const { memoryBytes = 0 } = task;
  const tell = () =>
    typeof memoryBytes === "function" ? ask(task, memoryBytes, input) : memoryBytes;
  return figureOf(task, "memoryBytes", tell, (value) => Number.isFinite(value) && value >= 0);
}

function ask(task: Task, of: (input: never) => unknown, input: unknown): unknown {
  return callUserCode("asked", task, () => of(input as never));
}

const wanted = {
  slots: "return a whole number of slots, 1 or more",
  memoryBytes: "return a finite number of bytes, 0 or more",
} as const;

/** The function is user code: it may throw or return anything. */
function figureOf(
  task: Task,
  trait: keyof typeof wanted,
  tell: () => unknown,
  isRight: (value: number) => boolean,
): number {
  try {
    const figure = tell();
    if (typeof figure === "number" && isRight(figure)) return figure;
    throw new TypeError(`its ${trait} returned ${describeValue(figure)}; ${wanted[trait]}`);
  } catch (error) {
    throw taskFailedError(task, error);
  }
}

function describeValue(value: unknown): string {
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}
