import fc from "fast-check";
import { expect, test } from "vitest";
import { Occupancy } from "../../../../bench/load/generator/occupancy.ts";

test("one request of 40 ms in 100 ms is 0.4 requests on average", () => {
  const occupancy = new Occupancy({ startAt: 0, endAt: 100 });
  occupancy.enter(10, 15); // noticed late: it was in the system all the same
  expect(occupancy.inSystem).toBe(1);
  occupancy.leave(10, 50);
  expect(occupancy.figures()).toEqual({
    meanInSystem: 0.4,
    departuresPerSecond: 10,
    meanTimeInSystemMs: 40,
  });
});

test("only measured time counts", () => {
  const window = { startAt: 100, endAt: 1_000 };
  const occupancy = new Occupancy(window);
  occupancy.enter(0, 0);
  occupancy.enter(50, 60);
  occupancy.leave(0, 90);
  window.endAt = 200; // the run is stopped
  expect(occupancy.figures()).toEqual({
    meanInSystem: 1,
    departuresPerSecond: 0,
    meanTimeInSystemMs: 0,
  });
});

test("where the window begins and ends empty, L = λW exactly", () => {
  const stays = fc.array(fc.record({ at: fc.nat(800), late: fc.nat(20), stay: fc.nat(150) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(stays, (requests) => {
      const occupancy = new Occupancy({ startAt: 0, endAt: 1_000 });
      const events = requests.flatMap(({ at, late, stay }) => [
        { now: at + late, happen: () => occupancy.enter(at, at + late) },
        { now: at + late + stay, happen: () => occupancy.leave(at, at + late + stay) },
      ]);
      events.sort((a, b) => a.now - b.now);
      for (const { happen } of events) happen();
      const { meanInSystem, departuresPerSecond, meanTimeInSystemMs } = occupancy.figures();
      expect(meanInSystem).toBeCloseTo((departuresPerSecond * meanTimeInSystemMs) / 1_000, 9);
    }),
  );
});
