import fc from "fast-check";
import { expect, test } from "vitest";
import { Fifo } from "../../../../bench/load/generator/fifo.ts";

test("items leave in the order they came, whatever comes between", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { maxLength: 12 }), (bursts) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const [turn, size] of bursts.entries()) {
        for (let count = 0; count < size; count += 1) {
          if (turn % 2 === 0) {
            fifo.push(next);
            model.push(next);
            next += 1;
          } else {
            expect(fifo.peek()).toBe(model[0]);
            expect(fifo.shift()).toBe(model.shift());
          }
        }
        expect(fifo.length).toBe(model.length);
      }
    }),
    { numRuns: 20 },
  );
});
