/** The time, for code that decides by it; tests bring their own. */
export interface Clock {
  /** Monotonic milliseconds, from any start. */
  now(): number;
  /** Calls back after `delayMs`, unless the returned function is called before. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Node's timers take 31 bits; a longer delay would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    if (delayMs > longestTimerMs) return afterLong(delayMs, callback);
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

function afterLong(delayMs: number, callback: () => void): () => void {
  let cancel = () => {};
  const waitOn = () => {
    cancel = systemClock.after(delayMs - longestTimerMs, callback);
  };
  cancel = systemClock.after(longestTimerMs, waitOn);
  return () => cancel();
}

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
