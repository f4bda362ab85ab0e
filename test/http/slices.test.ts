import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapInSlices } from "../../src/http/slices.ts";

/** Blocks the event loop for so long. */
function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("every item is mapped with its index", async () => {
  expect(await mapInSlices(["a", "b"], (item, index) => `${item}${index}`)).toEqual(["a0", "b1"]);
  expect(await mapInSlices([], () => expect.unreachable())).toEqual([]);
});

test("the loop turns meanwhile, and a turn has one slice of one request", async () => {
  const order: string[] = [];
  const map = (name: string) =>
    mapInSlices([1, 2, 3], (item) => {
      order.push(`${name}${item}`);
      spin(4); // Longer than a slice.
    });
  const both = Promise.all([map("a"), map("b")]);
  await nextTurn();
  order.push("turn");
  await both;
  expect(order.slice(0, 4)).toEqual(["a1", "b1", "a2", "turn"]);
  expect(order.slice(4).sort()).toEqual(["a3", "b2", "b3"]);
});

test("an error of one map rejects that call, and others go on", async () => {
  const other = mapInSlices([1, 2, 3], (item) => {
    spin(4);
    return item;
  });
  const failing = mapInSlices([1, 2], () => {
    spin(4);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await other).toEqual([1, 2, 3]);
});
