import { systemClock } from "../clock.ts";

/** @returns what the promise gives, or undefined if it has given nothing after that time */
export async function waitAtMost<Value>(
  promise: Promise<Value>,
  longestMs: number,
): Promise<Value | undefined> {
  const { promise: overdue, resolve } = Promise.withResolvers<undefined>();
  const callOff = systemClock.after(longestMs, () => resolve(undefined));
  try {
    return await Promise.race([promise, overdue]);
  } finally {
    callOff();
  }
}
