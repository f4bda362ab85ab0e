import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { Admission, type AdmissionOptions, type LaneName } from "../../src/compute/admission.ts";
import { memoryShareBytes } from "../../src/compute/memory-share.ts";
import { plainNeeds } from "../../src/compute/needs.ts";
import type { Task } from "../../src/tasks/task.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

const never = new AbortController().signal;
const queueTimeoutMs = 1000;

/** A task without limits, and a run in the live lane. */
const plain = { task: { name: "plain" } as Task, lane: "live" } as const;

let clock: ManualClock;
let admission: Admission;
/** The admitted runs, in order. */
let started: string[];

function create(options: Partial<AdmissionOptions> = {}): void {
  clock = new ManualClock();
  started = [];
  const bounds = { slots: 3, memoryBytes: 100, maxPending: 100, queueTimeoutMs };
  admission = new Admission({ ...bounds, clock, ...options });
}
beforeEach(() => create());

/** Asks for a slot; resolves with the error, if there is one. */
async function enter(name: string, bytes: number, lane: LaneName = "live", signal = never) {
  try {
    await admission.enter({ ...plain, lane, needs: { slots: 1, memoryBytes: bytes }, signal });
    started.push(name);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A run with that much memory ends. */
const release = (memoryBytes: number) =>
  admission.release({ ...plain, needs: { slots: 1, memoryBytes } }, 1);

/** Lets pending promises settle. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("memory", () => {
  test("a run that does not fit into the free memory waits, although there are slots", async () => {
    for (const name of ["a", "b", "c"]) void enter(name, 60);
    await settle();
    expect(started).toEqual(["a"]);
    release(60);
    await settle();
    expect(started).toEqual(["a", "b"]);
  });

  test("memory given back may let several runs start", async () => {
    for (const [name, bytes] of [
      ["a", 100],
      ["b", 50],
      ["c", 50],
      ["d", 1],
    ] as const) {
      void enter(name, bytes);
    }
    await settle();
    expect(started).toEqual(["a"]);
    release(100);
    await settle();
    expect(started).toEqual(["a", "b", "c"]);
    release(50);
    await settle();
    expect(started).toEqual(["a", "b", "c", "d"]);
  });

  test("a run with memory passes none that waits for memory; one without does", async () => {
    void enter("a", 60);
    void enter("large", 100);
    void enter("lighter", 1);
    void enter("light job", 1, "jobs");
    void enter("job", 0, "jobs");
    void enter("b", 0);
    await settle();
    expect(started).toEqual(["a", "job", "b"]);
    for (const bytes of [60, 0, 0]) release(bytes);
    await settle();
    expect(started).toEqual(["a", "job", "b", "large"]);
    release(100);
    await settle();
    expect(started).toEqual(["a", "job", "b", "large", "lighter", "light job"]);
  });

  test("overlapping live runs do not keep a job, or the jobs behind it, from memory for ever", async () => {
    void enter("live 0", 10);
    void enter("heavy", 100, "jobs");
    void enter("no-op", 0, "jobs");
    await settle();
    expect(started).toEqual(["live 0", "no-op"]);
    release(0);
    for (let count = 1; count <= 5; count++) void enter(`live ${count}`, 10);
    void enter("live without", 0);
    await settle();
    expect(started).toEqual(["live 0", "no-op", "live without"]);
    release(10);
    await settle();
    expect(started.at(-1)).toBe("heavy");
    for (const bytes of [0, 100]) release(bytes);
    await settle();
    expect(started.slice(4)).toEqual(["live 1", "live 2", "live 3"]);
  });

  test("a live run goes before a job that waited for a slot, and before a later job", async () => {
    create({ slots: 1 });
    void enter("a", 60);
    void enter("job", 50, "jobs");
    void enter("b", 50);
    release(60);
    await settle();
    expect(started).toEqual(["a", "b"]);
    create({ slots: 2 });
    void enter("c", 60);
    void enter("d", 50);
    void enter("job", 50, "jobs");
    release(60);
    await settle();
    expect(started).toEqual(["c", "d", "job"]);
  });

  test("a job that goes before a live run takes its place in the order of light runs, too", async () => {
    create({ slots: 2 });
    void enter("a", 60);
    void enter("job", 100, "jobs");
    void enter("b", 10);
    void enter("c", 0);
    void enter("d", 0); // Waits for a slot, behind b.
    release(60);
    await settle();
    expect(started).toEqual(["a", "c", "job"]);
  });

  test.each(["goes", "waits too long"])("when the first %s, those behind it start", async (how) => {
    const client = new AbortController();
    void enter("a", 60);
    const large = enter("large", 100, "live", client.signal);
    clock.advance(queueTimeoutMs - 1);
    void enter("lighter", 10);
    if (how === "goes") client.abort(new Error("gone"));
    else clock.advance(1);
    expect(await large).toMatchObject(how === "goes" ? {} : { type: "queue-timeout" });
    await settle();
    expect(started).toEqual(["a", "lighter"]);
  });

  test("more memory lets those start that wait for it", async () => {
    for (const name of ["a", "b", "c"]) void enter(name, 60);
    await settle();
    admission.changeMemory(130);
    await settle();
    expect(started).toEqual(["a", "b"]);
  });

  test("with less memory a run that no longer fits runs alone, and a new one is refused", async () => {
    for (const name of ["a", "b", "c"]) void enter(name, 60);
    await settle();
    admission.changeMemory(50);
    release(60);
    await settle();
    expect(started).toEqual(["a", "b"]);
    release(60);
    await settle();
    expect(started).toEqual(["a", "b", "c"]);
    const task = { name: "heavy", memoryBytes: 60 } as Task;
    expect(() => admission.requireNeeds(task, {})).toThrow(/may take/);
  });

  test("a run that waits for memory is refused when the server stops", async () => {
    void enter("a", 60);
    const waiting = enter("b", 60);
    admission.close();
    expect(await waiting).toMatchObject({ type: "draining" });
    release(60);
    await settle();
    expect(started).toEqual(["a"]);
  });

  test("a run that needs more memory than there is is refused at once, with both figures", () => {
    create({ memoryBytes: 128 * 1024 ** 2 });
    const task = { name: "heavy", memoryBytes: (bytes: number) => bytes } as unknown as Task;
    expect(admission.requireNeeds(task, 128 * 1024 ** 2)).toEqual({
      slots: 1,
      memoryBytes: 128 * 1024 ** 2,
    });
    expect(() => admission.requireNeeds(task, 256 * 1024 ** 2)).toThrow(
      /needs 256 MiB of memory, and the runs of each worker may take 128 MiB together\. .*--workers/,
    );
    expect(admission.requireNeeds({ name: "light" } as Task, {})).toEqual(plainNeeds);
  });

  test.each<[string, () => unknown]>([
    ["NaN; return a finite number", () => Number.NaN],
    ["-1; return", () => -1],
    ["Infinity; return", () => Number.POSITIVE_INFINITY],
    ["a value of type bigint; return", () => 1n],
    ["a value of type undefined; return", () => undefined],
    ["a value of type object; return", async () => 1],
  ])("a task whose memoryBytes returns %s fails", (what, memoryBytes) => {
    const task = { name: "odd", memoryBytes } as unknown as Task;
    const loggedDetail = expect.stringContaining(
      `Task odd failed: its memoryBytes returned ${what}`,
    );
    const failed = expect.objectContaining({ type: "task-failed", loggedDetail });
    expect(() => admission.requireNeeds(task, {})).toThrow(failed);
  });

  test("a task whose memoryBytes throws fails, and its error is kept", () => {
    const cause = new Error("no figure");
    const memoryBytes = () => {
      throw cause;
    };
    const task = { name: "odd", memoryBytes } as unknown as Task;
    const failed = { type: "task-failed", loggedDetail: "Task odd failed: no figure", cause };
    expect(() => admission.requireNeeds(task, {})).toThrow(expect.objectContaining(failed));
  });

  test("the workers share half of the machine's memory", () => {
    expect(memoryShareBytes(1)).toBeGreaterThan(64 * 1024 ** 2);
    expect(memoryShareBytes(4)).toBe(Math.floor(memoryShareBytes(1) / 4));
  });
});

type Step =
  | { readonly kind: "enter"; readonly lane: LaneName; readonly bytes: number }
  | { readonly kind: "end" | "go"; readonly which: number }
  | { readonly kind: "wait"; readonly ms: number };

const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({
    kind: fc.constant("enter" as const),
    lane: fc.constantFrom<LaneName>("live", "jobs"),
    bytes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 })),
  }),
  fc.record({ kind: fc.constantFrom("end" as const, "go" as const), which: fc.nat(30) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 600 }) }),
);

/** Steps in which runs of these lanes and sizes come, one after the other. */
function enters(...runs: [LaneName, number][]): Step[] {
  return runs.map(([lane, bytes]) => ({ kind: "enter", lane, bytes }));
}

const ends: Step = { kind: "end", which: 0 };

/** Slots and steps that failed once. */
const found: [number, Step[]][] = [
  // The slot that comes free goes to the light live run: the job did not lack memory alone.
  [2, enters(["live", 0], ["live", 30], ["jobs", 1], ["live", 0], ["live", 71])],
  // The slot that comes free goes to a light job: the heavy job lacked memory alone.
  [2, enters(["live", 0], ["live", 60], ["jobs", 50], ["jobs", 0], ["live", 60])],
  // The last one starts before the second job, which lacks memory from then on.
  [3, [...enters(["live", 32], ["jobs", 69], ["jobs", 6], ["live", 26]), ends, ends]],
];

/** One run of the model. */
interface Run {
  /** The order of arrival. */
  readonly number: number;
  readonly lane: LaneName;
  readonly bytes: number;
  readonly client: AbortController;
  /** When it has waited too long. */
  readonly dueAt: number;
  state: "waiting" | "running" | "over";
}

test("any sequence of runs stays within bounds and in order, and no run waits that may start", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step), async (slots, steps) => {
      create({ slots });
      const runs: Run[] = [];
      const order: Run[] = [];
      /** Jobs that lacked only memory: a slot was free, and no live run took it. */
      const claims = new Set<Run>();
      const inState = (state: Run["state"]) => runs.filter((run) => run.state === state);
      const held = () => inState("running").reduce((sum, { bytes }) => sum + bytes, 0);

      const comes = async (lane: LaneName, bytes: number) => {
        clock.advance(1); // So no two runs time out at the same moment.
        const dueAt = clock.now() + queueTimeoutMs;
        const of = { number: runs.length, lane, bytes, dueAt, client: new AbortController() };
        const run: Run = { ...of, state: "waiting" };
        runs.push(run);
        try {
          const needs = { slots: 1, memoryBytes: bytes };
          await admission.enter({ ...plain, lane, needs, signal: run.client.signal });
          run.state = "running";
          order.push(run);
        } catch {
          run.state = "over";
        }
      };
      const end = (run: Run | undefined) => {
        if (!run) return;
        run.state = "over";
        release(run.bytes);
      };
      const passes = async (ms: number) => {
        const end = clock.now() + ms;
        for (const { dueAt } of inState("waiting").filter((run) => run.dueAt <= end)) {
          clock.advance(dueAt - clock.now());
          await settle();
          check();
        }
        clock.advance(end - clock.now());
      };
      const check = () => {
        const [running, waiting] = [inState("running"), inState("waiting")];
        expect(running.length).toBeLessThanOrEqual(slots);
        expect(held()).toBeLessThanOrEqual(100);
        expect(admission.running).toBe(running.length);
        expect(admission.waiting).toBe(waiting.length);
        const heads = (["live", "jobs"] as const).map((lane) =>
          waiting.find((run) => run.lane === lane && run.bytes > 0),
        );
        if (running.length < slots && waiting.length > 0) {
          expect(waiting.filter(({ bytes }) => bytes === 0)).toEqual([]);
          const tooLarge = heads.filter((run) => run && held() + run.bytes > 100);
          expect(tooLarge, "all that wait may start").not.toEqual([]);
        }
        for (const lane of ["live", "jobs"]) {
          for (const takesMemory of [false, true]) {
            const isOf = (run: Run) => run.lane === lane && run.bytes > 0 === takesMemory;
            const numbers = order.filter(isOf).map(({ number }) => number);
            expect(numbers, "first in, first out").toEqual(numbers.toSorted((a, b) => a - b));
          }
        }
        const starts = order.slice(seen);
        seen = order.length;
        for (const run of starts) checkStart(run, waiting);
        const [run, job] = heads;
        const lacksMemory = held() + ((run ?? job)?.bytes ?? 0) > 100;
        const lightJobStarted = starts.some(({ lane, bytes }) => lane === "jobs" && bytes === 0);
        if (job && lacksMemory && (lightJobStarted || running.length < slots)) claims.add(job);
      };
      let seen = 0;
      /** Checks which waiting runs a started run has passed. */
      const checkStart = (run: Run, waiting: readonly Run[]) => {
        const live = waiting.filter(({ lane }) => lane === "live");
        const passed = (wait: Run) => wait.number < run.number;
        if (run.lane === "live" && run.bytes > 0) {
          expect(waiting.filter((wait) => claims.has(wait) && passed(wait))).toEqual([]);
        } else if (run.lane === "jobs" && run.bytes === 0) {
          expect(live.filter(({ bytes }) => bytes === 0)).toEqual([]);
        } else if (run.lane === "jobs") {
          expect(claims.has(run) ? live.filter(passed) : live).toEqual([]);
        }
      };

      for (const action of steps) {
        if (action.kind === "enter") void comes(action.lane, action.bytes);
        else if (action.kind === "wait") await passes(action.ms);
        else {
          const state = action.kind === "end" ? "running" : "waiting";
          const run = inState(state)[action.which % Math.max(1, inState(state).length)];
          if (action.kind === "end") end(run);
          else run?.client.abort(new Error("gone"));
        }
        await settle();
        check();
      }
      for (let [run] = inState("running"); run; [run] = inState("running")) {
        end(run);
        await settle();
        check();
      }
      expect(inState("waiting"), "nothing is left behind").toEqual([]);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 300, examples: found },
  );
});
