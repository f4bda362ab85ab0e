/** Code of a task that its server calls on the event loop beside the runs. It may never return. */
import type { HeldBy } from "../channel/supervision.ts";
import type { Task } from "./task.ts";

/** Hears which code holds the event loop: a loop that is held cannot say so any more. */
export interface HoldWatch {
  /**
   * This code holds the event loop until `released`.
   *
   * @param task its name
   * @param attempt of the job that it is called for; undefined for the run of a client
   */
  held(by: HeldBy, task: string, attempt: Attempt): void;
  released(): void;
}

type Attempt = { readonly id: string; readonly token: number } | undefined;

/** One event loop has one watch. Piscina threads have none: what never ends there is ended with them. */
let watch: HoldWatch | undefined;
let isHeld = false;

/** From now on, the watch hears of user code on this event loop. */
export function watchUserCode(by: HoldWatch | undefined): void {
  watch = by;
}

/**
 * Calls code of a task, while the watch knows whose it is. Inside another such call, that one counts:
 * it may know the attempt.
 */
export function callUserCode<Returned>(
  by: HeldBy,
  { name }: Pick<Task, "name">,
  call: () => Returned,
  attempt?: Attempt,
): Returned {
  if (!watch || isHeld) return call();
  watch.held(by, name, attempt);
  isHeld = true;
  try {
    return call();
  } finally {
    isHeld = false;
    watch.released();
  }
}
