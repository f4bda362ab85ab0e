/** A JSON document of about this many bytes, at least: a list of small objects, the same each time. */
export function makePayload(bytes: number): readonly Record<string, unknown>[] {
  const items: Record<string, unknown>[] = [];
  for (let length = 0; length < bytes; ) {
    const id = items.length;
    const item = {
      name: `item ${id}`,
      id,
      price: id / 4,
      tags: ["one", "two"],
      stock: id % 2 === 0,
    };
    items.push(item);
    length += JSON.stringify(item).length + 1;
  }
  return items;
}
