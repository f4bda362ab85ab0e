import { isThenable } from "../../tasks/thenable.ts";
import type { RunEvents } from "../executor.ts";

/** Calls a task's function on the event loop, and reports when it has returned or thrown. */
export function callOnLoop<Returned>(call: () => Returned, events: RunEvents): Returned {
  let isPending = false;
  try {
    const { span } = events;
    const returned = span ? span.within(call) : call();
    isPending = isThenable(returned);
    return returned;
  } finally {
    events.onReturn?.(isPending);
  }
}
