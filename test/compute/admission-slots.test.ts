/** Runs that need several slots, and tasks that limit how many of their live runs are at once. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Admission } from "../../src/compute/admission.ts";
import type { LaneName } from "../../src/compute/waiting-line.ts";
import type { Task } from "../../src/tasks/task.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

interface Run {
  readonly name: string;
  readonly number: number;
  readonly lane: LaneName;
  readonly slots: number;
  readonly bytes: number;
  readonly task: Task;
  readonly client: AbortController;
  state: "waiting" | "running" | "over";
  error?: unknown;
}

const plain = { name: "plain" } as Task;

/** An admission with its runs; 100 bytes of memory. */
class World {
  readonly clock = new ManualClock();
  readonly runs: Run[] = [];
  readonly order: Run[] = [];
  readonly rooms: number[] = [];
  readonly slots: number;
  readonly admission: Admission;

  constructor(slots: number) {
    this.slots = slots;
    const bounds = { slots, memoryBytes: 100, maxPending: 1000, queueTimeoutMs: 1000 };
    const onRoom = (room: number) => void this.rooms.push(room);
    this.admission = new Admission({ ...bounds, clock: this.clock, onRoom });
  }

  async comes(name: string, slots: number, more: Partial<Run> = {}): Promise<Run> {
    const preset = { lane: "live", bytes: 0, task: plain, client: new AbortController() } as const;
    const number = this.runs.length;
    const run: Run = { name, number, slots, ...preset, ...more, state: "waiting" };
    this.runs.push(run);
    const needs = { slots, memoryBytes: run.bytes };
    const { lane, task, client } = run;
    try {
      void Promise.resolve(this.admission.enter({ task, lane, needs, signal: client.signal })).then(
        () => {
          run.state = "running";
          this.order.push(run);
        },
        (error: unknown) => Object.assign(run, { state: "over", error }),
      );
    } catch (error) {
      Object.assign(run, { state: "over", error });
    }
    await settle();
    return run;
  }

  async end(run: Run): Promise<void> {
    run.state = "over";
    const { task, lane, slots, bytes: memoryBytes } = run;
    this.admission.release({ task, lane, needs: { slots, memoryBytes } }, 1);
    await settle();
  }

  of(state: Run["state"]): Run[] {
    return this.runs.filter((run) => run.state === state);
  }

  get started(): string[] {
    return this.order.map(({ name }) => name);
  }
}

/** Lets pending promises settle. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("slots", () => {
  test("a run that needs several waits until they are free, and nobody passes it", async () => {
    const world = new World(3);
    const first = await world.comes("first", 1);
    const second = await world.comes("second", 1);
    const wide = await world.comes("wide", 3);
    await world.comes("behind", 1);
    expect(world.started).toEqual(["first", "second"]);
    await world.end(first);
    await world.end(second);
    expect(world.started).toEqual(["first", "second", "wide"]);
    await world.end(wide);
    expect(world.started.at(-1)).toBe("behind");
  });

  test("a wide job waits for no stream of overlapping live runs, and they wait for one", async () => {
    const world = new World(2);
    let last = await world.comes("live 0", 1);
    const jobs = await Promise.all(
      ["job 1", "job 2"].map((name) => world.comes(name, 2, { lane: "jobs" })),
    );
    for (const [index, job] of jobs.entries()) {
      const next = await world.comes(`live ${index + 1}`, 1);
      await world.end(last);
      expect(world.started.at(-1)).toBe(`job ${index + 1}`);
      await world.end(job);
      expect(world.started.at(-1)).toBe(`live ${index + 1}`);
      last = next;
    }
  });

  test("when a run that slots are kept for goes away, those behind it start", async () => {
    const world = new World(2);
    await world.comes("first", 1);
    const wide = await world.comes("wide", 2);
    await world.comes("behind", 1);
    wide.client.abort(new Error("gone"));
    await settle();
    expect(wide.error).toMatchObject({ message: "gone" });
    expect(world.started).toEqual(["first", "behind"]);
  });

  test("room is what would start at once, none while slots are kept", async () => {
    const world = new World(4);
    const two = await world.comes("two", 2);
    expect(world.admission.room).toBe(2);
    expect(world.admission.busySlots).toBe(2);
    const wide = await world.comes("wide", 3);
    expect(world.admission.room).toBe(0);
    expect(world.admission.busySlots).toBe(2);
    await world.end(two);
    expect(world.admission.room).toBe(1);
    expect(world.admission.busySlots).toBe(3);
    await world.end(wide);
    expect(world.admission.busySlots).toBe(0);
    expect(world.rooms).toEqual([2, 0, 1, 4]);
  });

  test.each<[unknown, unknown]>([
    [undefined, 1],
    [2, 2],
    [99, 4],
    [() => 3, 3],
    [() => Number.POSITIVE_INFINITY, 4],
  ])("a task that says %s gets %i of 4", (slots, got) => {
    const { admission } = new World(4);
    const task = { name: "wide", slots } as unknown as Task;
    expect(admission.requireNeeds(task, {})).toEqual({ slots: got, memoryBytes: 0 });
  });

  test.each<[string, () => unknown]>([
    ["0; return a whole number", () => 0],
    ["1.5; return", () => 1.5],
    ["NaN; return", () => Number.NaN],
    ["a value of type object; return", async () => 2],
  ])("a task whose slots are %s fails", (what, slots) => {
    const { admission } = new World(4);
    const task = { name: "odd", slots } as unknown as Task;
    const message = expect.stringContaining(`its slots returned ${what}`);
    const failed = { type: "task-failed", cause: expect.objectContaining({ message }) };
    expect(() => admission.requireNeeds(task, {})).toThrow(expect.objectContaining(failed));
  });

  test("memory may be a number, too", () => {
    const { admission } = new World(1);
    const task = { name: "heavy", memoryBytes: 60 } as Task;
    expect(admission.requireNeeds(task, {})).toEqual({ slots: 1, memoryBytes: 60 });
  });
});

describe("concurrency", () => {
  const limited = { name: "limited", concurrency: 1 } as Task;

  test("further live runs of the task wait, and hold up no other and no job", async () => {
    const world = new World(4);
    const first = await world.comes("first", 1, { task: limited });
    const second = await world.comes("second", 1, { task: limited });
    await world.comes("third", 1, { task: limited });
    await world.comes("other", 1);
    await world.comes("job", 1, { task: limited, lane: "jobs" });
    expect(world.started).toEqual(["first", "other", "job"]);
    expect([world.admission.room, world.admission.waiting]).toEqual([1, 2]);
    second.client.abort(new Error("gone"));
    await settle();
    await world.end(first);
    expect(world.started.at(-1)).toBe("third");
  });

  test("they wait no longer than others, and are refused when the server stops", async () => {
    const world = new World(4);
    const first = await world.comes("first", 1, { task: limited });
    const slow = await world.comes("slow", 1, { task: limited });
    world.clock.advance(1000);
    await settle();
    expect(slow.error).toMatchObject({ type: "queue-timeout" });
    const late = await world.comes("late", 1, { task: limited });
    world.admission.close();
    await settle();
    expect(late.error).toMatchObject({ type: "draining" });
    await world.end(first);
    expect(world.admission.waiting).toBe(0);
  });

  test("a place that waits for a slot counts, and goes on when its client leaves", async () => {
    const world = new World(1);
    const first = await world.comes("first", 1);
    const inLine = await world.comes("in line", 1, { task: limited });
    await world.comes("parked", 1, { task: limited });
    inLine.client.abort(new Error("gone"));
    await settle();
    await world.end(first);
    expect(world.started).toEqual(["first", "parked"]);
  });
});

const run = fc.record({
  lane: fc.constantFrom<LaneName>("live", "jobs"),
  slots: fc.integer({ min: 1, max: 4 }),
  bytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 })),
  isLimited: fc.boolean(),
});

const step = fc.oneof(
  run.map((comes) => ({ kind: "comes" as const, comes })),
  fc.record({ kind: fc.constantFrom("end" as const, "go" as const), which: fc.nat(30) }),
);

test("any runs stay within bounds and in order, none waits that may start, and each starts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step), async (slots, steps) => {
      const world = new World(slots);
      const limited = { name: "limited", concurrency: 2 } as Task;
      const isParked = ({ task, lane }: Run) => task === limited && lane === "live";
      for (const action of steps) {
        if (action.kind === "comes") {
          const { isLimited, slots: wanted, lane, bytes } = action.comes;
          const task = isLimited ? limited : plain;
          await world.comes("any", Math.min(wanted, slots), { lane, bytes, task });
        } else {
          const runs = world.of(action.kind === "end" ? "running" : "waiting");
          const chosen = runs[action.which % Math.max(1, runs.length)];
          if (chosen && action.kind === "end") await world.end(chosen);
          else chosen?.client.abort(new Error("gone"));
          await settle();
        }
        check();
      }
      // Whatever comes meanwhile, each live run that waits starts after so many ends.
      const waiting = world.of("waiting").filter(({ lane }) => lane === "live");
      for (let ends = 0; ends < 3 * (waiting.length + slots) + slots; ends++) {
        await world.comes("new", 1);
        const [oldest] = world.order.filter(({ state }) => state === "running");
        if (oldest) await world.end(oldest);
        check();
      }
      expect(waiting.filter(({ state }) => state === "waiting")).toEqual([]);
      for (let [next] = world.of("running"); next; [next] = world.of("running")) {
        await world.end(next);
        check();
      }
      expect(world.of("waiting"), "nothing is left behind").toEqual([]);
      expect(world.clock.pending).toBe(0);

      function check() {
        const [running, waiting] = [world.of("running"), world.of("waiting")];
        const sum = (of: (run: Run) => number) => running.reduce((all, run) => all + of(run), 0);
        const [heldSlots, heldBytes] = [sum((run) => run.slots), sum((run) => run.bytes)];
        expect(heldSlots).toBeLessThanOrEqual(slots);
        expect(heldBytes).toBeLessThanOrEqual(100);
        expect(running.filter(isParked).length).toBeLessThanOrEqual(2);
        expect([world.admission.running, world.admission.waiting]).toEqual([
          running.length,
          waiting.length,
        ]);
        const free = waiting.filter((run) => !isParked(run));
        const lacks = ({ slots: needed, bytes }: Run) =>
          heldSlots + needed > slots || heldBytes + bytes > 100;
        if (free.length > 0) expect(waiting.some(lacks), "all that wait may start").toBe(true);
        for (const lane of ["live", "jobs"]) {
          for (const takesMemory of [false, true]) {
            for (const task of [plain, limited]) {
              const isOf = (run: Run) =>
                run.lane === lane && run.bytes > 0 === takesMemory && run.task === task;
              const numbers = world.order.filter(isOf).map(({ number }) => number);
              expect(numbers, "first in, first out").toEqual(numbers.toSorted((a, b) => a - b));
            }
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});
