import fc from "fast-check";
import { expect, test } from "vitest";
import { Lane, type Place } from "../../src/compute/lane.ts";

test("is first in, first out", () => {
  const lane = new Lane<string>();
  lane.push("a");
  lane.push("b");
  expect([lane.shift(), lane.shift(), lane.shift()]).toEqual(["a", "b", undefined]);
});

test("a place left twice, or after its turn, changes nothing", () => {
  const lane = new Lane<string>();
  const first = lane.push("a");
  lane.push("b");
  expect(lane.shift()).toBe("a");
  first.leave();
  first.leave();
  expect(lane.length).toBe(1);
  expect(lane.shift()).toBe("b");
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
      const places: Place<number>[] = [];
      let model: number[] = [];
      for (const action of steps) {
        if (action.kind === "push") {
          model.push(places.length);
          places.push(lane.push(places.length));
        } else if (action.kind === "shift") {
          expect(lane.shift()).toBe(model.shift());
        } else {
          places[action.index]?.leave();
          model = model.filter((value) => value !== action.index);
        }
        expect(lane.length).toBe(model.length);
      }
      while (lane.length > 0) expect(lane.shift()).toBe(model.shift());
      expect(model).toEqual([]);
    }),
  );
});
