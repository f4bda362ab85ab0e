/** What manycore itself computes with. */
const names = [
  ...["JSON", "Promise", "performance", "process", "Buffer"],
  ...["setTimeout", "clearTimeout", "setImmediate", "queueMicrotask"],
] as const;

/**
 * Locks some globals of this thread before it loads the user's tasks. A task that replaces one of
 * them gets a TypeError, and fails alone. Otherwise it would break every answer of its worker.
 */
export function lockGlobals(): void {
  const now = performance.now.bind(performance);
  for (const name of names) lock(globalThis, name, Reflect.get(globalThis, name));
  lock(JSON, "parse", JSON.parse);
  lock(JSON, "stringify", JSON.stringify);
  lock(performance, "now", now);
}

function lock(owner: object, name: string, value: unknown): void {
  const attributes = { writable: false, configurable: false, enumerable: false };
  Object.defineProperty(owner, name, { value, ...attributes });
}
