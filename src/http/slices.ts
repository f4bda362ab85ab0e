import { Turns } from "../turns.ts";

/** Longest time that one turn of the event loop spends on a large list. */
const sliceMs = 3;

/** Shared by all requests, so that a turn of the loop has one slice. */
const turns = new Turns();

/** Maps many items in slices of a few milliseconds. The event loop serves others between them. */
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
