import fc from "fast-check";
import { expect, test } from "vitest";
import { Lane, type Place } from "../../src/compute/lane.ts";

/** Takes the first one out. */
function shift<Value>(lane: Lane<Value>, places: readonly Place<Value>[]): Value | undefined {
  const { first } = lane;
  places.find(({ value }) => value === first)?.leave();
  return first;
}

test("is first in, first out", () => {
  const lane = new Lane<string>();
  const places = [lane.push("a"), lane.push("b")];
  expect(lane.first).toBe("a");
  const all = [shift(lane, places), shift(lane, places), shift(lane, places)];
  expect(all).toEqual(["a", "b", undefined]);
});

test("a place left twice changes nothing", () => {
  const lane = new Lane<string>();
  const place = lane.push("a");
  lane.push("b");
  place.leave();
  place.leave();
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
      const places: Place<number>[] = [];
      let model: number[] = [];
      for (const action of steps) {
        if (action.kind === "push") {
          model.push(places.length);
          places.push(lane.push(places.length));
        } else if (action.kind === "shift") {
          expect(shift(lane, places)).toBe(model.shift());
        } else {
          places[action.index]?.leave();
          model = model.filter((value) => value !== action.index);
        }
        expect(lane.length).toBe(model.length);
      }
      while (lane.length > 0) expect(shift(lane, places)).toBe(model.shift());
      expect(model).toEqual([]);
    }),
  );
});
