import { describe, expect, test } from "vitest";
import {
  chartsOfWorkers,
  columnsOf,
  serverCharts,
  workersIn,
} from "../../../../src/page/cores/charts/charts.ts";
import { figuresOf, workerOf } from "../../seen-events.ts";

describe("columns of a chart", () => {
  test("times in seconds, and a column for each line; null for what is not known", () => {
    const history = [figuresOf(1000, [], { pending: 3 }), figuresOf(2000, [])];
    const lines = [
      { label: "pending", of: ({ pending }: { pending: number }) => pending },
      { label: "nothing", of: () => null },
    ];
    expect(columnsOf(lines, history)).toEqual([
      [1, 2],
      [3, 0],
      [null, null],
    ]);
  });

  test("a time without figures is a gap in the line", () => {
    const history = [figuresOf(1000, []), figuresOf(9000, [])];
    expect(columnsOf([{ label: "one", of: () => 1 }], history)).toEqual([
      [1, 1.001, 9],
      [1, null, 1],
    ]);
  });

  test("the worst worker stands for the event loop of the server", () => {
    const late = workerOf(2, { loopDelayMs: { p50: 30, p99: 480, max: 900 } });
    const chart = serverCharts.find(({ title }) => title.startsWith("Event-loop"));
    const [, ...columns] = columnsOf(chart?.lines ?? [], [figuresOf(0, [workerOf(1), late])]);
    expect(columns).toEqual([[30], [480]]);
  });

  test("each worker has a line, and lives in one place share it", () => {
    const history = [
      figuresOf(1000, [workerOf(2, { connections: 5 }), workerOf(1, { connections: 3 })]),
      figuresOf(2000, [workerOf(1, { connections: 3 }), workerOf(1, { life: 9, connections: 1 })]),
      figuresOf(3000, [workerOf(1), workerOf(2, { life: 10, stage: "booting", connections: 0 })]),
    ];
    expect(workersIn(history)).toEqual([1, 2]);
    const chart = chartsOfWorkers([1, 2]).find(({ title }) => title === "Connections");
    expect(chart?.lines.map(({ label }) => label)).toEqual(["worker 1", "worker 2"]);
    expect(columnsOf(chart?.lines ?? [], history)).toEqual([
      [1, 2, 3],
      [3, 1, 0],
      [5, null, null],
    ]);
  });
});
