import type { RunEvents } from "../executor.ts";

/** Calls a task's function on the event loop, and tells when it lets go of that. */
export function callOnLoop<Returned>(call: () => Returned, events: RunEvents): Returned {
  try {
    return call();
  } finally {
    events.onReturn?.();
  }
}
