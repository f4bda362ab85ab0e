import fc from "fast-check";
import { expect, test } from "vitest";
import { Lane } from "../../src/compute/lane.ts";

test("is first in, first out", () => {
  const lane = new Lane<string>();
  const leaves = [lane.push("a"), lane.push("b")];
  const shifted = [lane.first];
  for (const leave of leaves) {
    leave();
    shifted.push(lane.first);
  }
  expect(shifted).toEqual(["a", "b", undefined]);
});

test("a value removed twice changes nothing", () => {
  const lane = new Lane<string>();
  const leave = lane.push("a");
  lane.push("b");
  leave();
  leave();
  expect(lane.length).toBe(1);
  expect(lane.first).toBe("b");
});

test("behaves as an array does, whatever joins and leaves", () => {
  const step = fc.oneof(
    fc.constant({ kind: "push" as const }),
    fc.constant({ kind: "shift" as const }),
    fc.nat(20).map((index) => ({ kind: "leave" as const, index })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const lane = new Lane<number>();
      /** By value: the function that removes it. */
      const leaves: (() => void)[] = [];
      let model: number[] = [];
      const shift = () => {
        const { first } = lane;
        if (first !== undefined) leaves[first]?.();
        return first;
      };
      for (const action of steps) {
        if (action.kind === "push") {
          model.push(leaves.length);
          leaves.push(lane.push(leaves.length));
        } else if (action.kind === "shift") {
          expect(shift()).toBe(model.shift());
        } else {
          leaves[action.index]?.();
          model = model.filter((value) => value !== action.index);
        }
        expect(lane.length).toBe(model.length);
      }
      while (lane.length > 0) expect(shift()).toBe(model.shift());
      expect(model).toEqual([]);
    }),
  );
});
