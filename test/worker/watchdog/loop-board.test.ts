import { expect, test } from "vitest";
import { LoopBoard } from "../../../src/worker/watchdog/loop-board.js";

const job = { id: "AAAAAAABIHaC2t7MDN4hTA", token: 7 };

/** The same memory, as the loop and as its watchdog see it. */
function boards(places: number) {
  const loop = new LoopBoard(LoopBoard.memoryFor(places));
  return { loop, watchdog: new LoopBoard(loop.memory) };
}

test("the watchdog reads the last turn, and the deadlines of the runs that may hold the loop", () => {
  const { loop, watchdog } = boards(3);
  expect([watchdog.turnedAt, watchdog.latestDeadline, watchdog.runs]).toEqual([0, 0, []]);
  loop.turned(12.5);
  const first = loop.enter(2000, "spin");
  loop.returned(12.5);
  const second = loop.enter(1000, "later", job);
  loop.returned(12.5);
  expect([watchdog.turnedAt, watchdog.deadline]).toEqual([12.5, 0]);
  expect(watchdog.latestDeadline).toBe(2000);
  expect(watchdog.runs).toHaveLength(2);
  expect(watchdog.runs).toEqual(
    expect.arrayContaining([{ task: "spin" }, { task: "later", attempt: job }]),
  );
  loop.leave(first, 1500);
  expect([watchdog.turnedAt, watchdog.latestDeadline]).toEqual([1500, 1000]);
  expect(watchdog.runs).toEqual([{ task: "later", attempt: job }]);
  loop.leave(second, 1600);
  expect([watchdog.latestDeadline, watchdog.runs]).toEqual([0, []]);
});

test("until its function returns a run holds the loop alone, and only it counts", () => {
  const { loop, watchdog } = boards(3);
  const beside = loop.enter(9000, "hash");
  loop.returned(1);
  const place = loop.enter(2000, "spin");
  expect([watchdog.deadline, watchdog.runs]).toEqual([2000, [{ task: "spin" }]]);
  loop.returned(10);
  expect([watchdog.turnedAt, watchdog.deadline, watchdog.latestDeadline]).toEqual([10, 0, 9000]);
  expect(watchdog.runs).toHaveLength(2);
  loop.leave(loop.enter(3000, "ends without that"), 20);
  expect([watchdog.deadline, watchdog.runs.length]).toEqual([0, 2]);
  const third = loop.enter(4000, "third");
  loop.leave(beside, 30);
  expect([watchdog.deadline, watchdog.runs]).toEqual([4000, [{ task: "third" }]]);
  loop.leave(third, 40);
  loop.leave(place, 50);
  expect([watchdog.deadline, watchdog.latestDeadline, watchdog.runs]).toEqual([0, 0, []]);
});

test("a process that exits has no time left, and blames no run", () => {
  const { loop, watchdog } = boards(2);
  loop.enter(2000, "spin");
  loop.exits(700);
  expect([watchdog.deadline, watchdog.latestDeadline, watchdog.runs]).toEqual([700, 0, []]);
});

test("places are reused, and a run without a place is not watched", () => {
  const { loop, watchdog } = boards(1);
  for (let time = 1; time <= 5; time++) {
    const place = loop.enter(time, `run-${time}`);
    const none = loop.enter(99, "one too many");
    expect(none).toBe(-1);
    loop.leave(none, time);
    expect(watchdog.runs).toEqual([{ task: `run-${time}` }]);
    loop.leave(place, time);
  }
});

test("long text is cut between characters", () => {
  const { loop, watchdog } = boards(2);
  loop.enter(1, "ä".repeat(1000));
  loop.enter(1, "next");
  loop.returned(1);
  const tasks = watchdog.runs.map(({ task }) => task);
  expect(tasks.sort()).toEqual(["next", "ä".repeat(96)]);
});

test("code beside the runs holds the loop alone, and has no deadline of its own", () => {
  const { loop, watchdog } = boards(1);
  const beside = loop.enter(9000, "hash");
  loop.returned(1);
  for (const by of ["asked", "output"] as const) {
    loop.held(by, "spin", job);
    expect([watchdog.deadline, watchdog.latestDeadline]).toEqual([0, 0]);
    expect(watchdog.runs).toEqual([{ task: "spin", by, attempt: job }]);
    loop.released();
    expect([watchdog.latestDeadline, watchdog.runs]).toEqual([9000, [{ task: "hash" }]]);
  }
  loop.leave(beside, 2);
  expect(watchdog.runs).toEqual([]);
  loop.held("asked", "spin");
  expect(watchdog.runs).toEqual([{ task: "spin", by: "asked" }]);
  loop.released();
  loop.held("asked", "hash");
  loop.exits(700);
  expect([watchdog.deadline, watchdog.runs]).toEqual([700, []]);
});
