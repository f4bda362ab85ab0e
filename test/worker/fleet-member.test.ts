import { beforeEach, describe, expect, test } from "vitest";
import type { Note } from "../../src/channel/envelope.ts";
import { FleetMember } from "../../src/worker/fleet-member.ts";
import { stateOf } from "../helpers/figures.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

describe("when a worker pushes its figures", () => {
  let clock: ManualClock;
  let changes: number;
  let busySlots: number;
  let member: FleetMember;
  let pushed: string[];

  beforeEach(() => {
    clock = new ManualClock();
    changes = 0;
    busySlots = 0;
    pushed = [];
    member = new FleetMember({
      clock,
      send: ({ items }, onSent) => {
        pushed.push(...(items as readonly Note[]).map(({ name }) => name));
        onSent?.();
      },
      state: () => stateOf({ busySlots }),
      load: () => stateOf({ busySlots }),
      counting: {
        counted: () => [],
        get changes() {
          return changes;
        },
      },
    });
  });

  test("at its start, then every 2 s while nothing changes", () => {
    member.start();
    expect(pushed).toEqual(["snapshot"]);
    clock.advance(1900);
    expect(pushed).toHaveLength(1);
    clock.advance(10_000);
    expect(pushed).toHaveLength(6);
  });

  test("at most four times a second while something is counted all the time", () => {
    member.start();
    pushed.length = 0;
    for (let turn = 0; turn < 40; turn++) {
      changes++;
      clock.advance(50);
    }
    expect(pushed).toHaveLength(8);
  });

  test("within 250 ms when a slot was taken", () => {
    member.start();
    clock.advance(500);
    pushed.length = 0;
    busySlots = 1;
    clock.advance(250);
    expect(pushed).toEqual(["snapshot"]);
  });

  test("before a run holds the event loop, unless it has just pushed", () => {
    member.beforeHeldLoop(5);
    expect(pushed).toEqual(["snapshot"]); // At once: no turn of the loop may come for long.
    clock.advance(200);
    member.beforeHeldLoop(5);
    expect(pushed).toHaveLength(1);
    clock.advance(50);
    member.beforeHeldLoop(5);
    expect(pushed).toHaveLength(2);
  });

  test("at once before a long run, if it takes a slot that the primary takes for free", () => {
    member.start();
    pushed.length = 0;
    busySlots = 1;
    member.beforeHeldLoop(5);
    expect(pushed).toEqual([]); // It is over before the next push.
    member.beforeHeldLoop(2000);
    expect(pushed).toEqual(["snapshot"]);
    member.beforeHeldLoop(2000);
    expect(pushed).toHaveLength(1); // The primary knows.
  });

  test("once more at its end, and nothing after", async () => {
    member.start();
    await member.close();
    expect(pushed).toHaveLength(2);
    changes++;
    clock.advance(5000);
    expect(pushed).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
