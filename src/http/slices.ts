import { Turns } from "../turns.ts";

/** How long the event loop works in one turn on what has thousands of parts. */
const sliceMs = 3;

/** All requests share them: a turn has one slice of one request. */
const turns = new Turns();

/**
 * Maps many items and lets the event loop turn after each few milliseconds, so that it serves
 * others in between.
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
    await turns.next();
    until = performance.now() + sliceMs;
  }
  return values;
}
