/** How many are asked about at a time. */
const questions = 50;

/** The answers to the same question about many, some at a time. */
export async function inTurns<Item, Value>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  for (let from = 0; from < items.length; from += questions) {
    values.push(...(await Promise.all(items.slice(from, from + questions).map(ask))));
  }
  return values;
}
