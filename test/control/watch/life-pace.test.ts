import { expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import { LifePace } from "../../../src/control/thread/watch/life-pace.ts";
import type { WorkerFigures } from "../../../src/telemetry/figures/figures.ts";
import { stateOf } from "../../helpers/figures.ts";

/**
 * A worker at a moment since its fork.
 *
 * @param saidAt when it said last what it had counted
 */
function at(uptimeMs: number, saidAt: number, ended: number, more: { refused?: number } = {}) {
  const { refused = 0 } = more;
  const figures: WorkerFigures = {
    ...{ worker: 1, life: 1 as Life, pid: 8, stage: "ready" },
    ...{ uptimeMs, snapshotAgeMs: uptimeMs - saidAt },
    // It uses half a core.
    ...{ state: stateOf({ cpuMs: saidAt / 2 }), runs: { ended, refused } },
  };
  return figures;
}

const booting: WorkerFigures = {
  ...at(0, 0, 0),
  stage: "booting",
  snapshotAgeMs: null,
  state: null,
};

test("a rate is of the time between two snapshots, and not between two looks", () => {
  const pace = new LifePace(at(1000, 990, 100));
  // 125 runs in the 1.25 s until the next snapshot, which a look after 1 s sees.
  expect(pace.look(at(2000, 1740, 175), 1000)).toEqual({ ended: 100, refused: 0, cores: 0.5 });
  expect(pace.look(at(3000, 2990, 300), 1000)).toMatchObject({ ended: 100 });
});

test("the first look has no rate, and a worker that boots neither", () => {
  const pace = new LifePace(booting);
  const none = { ended: 0, refused: 0, cores: null };
  expect(pace.look(booting, 1000)).toEqual(none);
  expect(pace.look(at(2000, 1900, 0), 1000)).toEqual(none);
  expect(pace.look(at(3000, 2900, 5), 1000)).toEqual({ ended: 5, refused: 0, cores: 0.5 });
});

test("a rate stays while a run of the same length holds the event loop", () => {
  // Runs of 2 s: a snapshot before each.
  const pace = new LifePace(at(2000, 2000, 10));
  expect(pace.look(at(4100, 4000, 11), 1000).ended).toBe(0.5);
  expect(pace.look(at(5100, 4000, 11), 1000).ended).toBe(0.5);
  expect(pace.look(at(6100, 6000, 12), 1000).ended).toBe(0.5);
});

test("it is none when a worker has said nothing for longer than that", () => {
  const pace = new LifePace(at(1000, 1000, 10));
  expect(pace.look(at(2000, 2000, 60), 1000).ended).toBe(50);
  expect(pace.look(at(4500, 2000, 60), 1000).ended).toBe(50);
  const silent = pace.look(at(4600, 2000, 60), 1000);
  expect(silent).toEqual({ ended: 0, refused: 0, cores: 0.5 });
});

test("two snapshots close to each other are no rate of thousands", () => {
  const pace = new LifePace(at(1000, 999, 10));
  expect(pace.look(at(2000, 1001, 13), 1000).ended).toBe(3);
});

test("refused runs have a rate of their own", () => {
  const pace = new LifePace(at(1000, 1000, 10, { refused: 5 }));
  const rates = pace.look(at(3000, 3000, 10, { refused: 45 }), 1000);
  expect(rates).toMatchObject({ ended: 0, refused: 20 });
});
