/** How long the event loop works in one turn on what has thousands of parts. */
const sliceMs = 3;

const waiting: (() => void)[] = [];

/**
 * Maps many items and lets the event loop turn after each few milliseconds, so that it serves others
 * in between. However many requests do so, a turn has one slice.
 */
export async function mapInSlices<Item, Value>(
  items: readonly Item[],
  map: (item: Item, index: number) => Value,
): Promise<Value[]> {
  const values: Value[] = [];
  let until = performance.now() + sliceMs;
  for (const item of items) {
    values.push(map(item, values.length));
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + sliceMs;
  }
  return values;
}

function turn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.push(resolve);
  if (waiting.length === 1) setImmediate(next);
  return promise;
}

function next(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}
