import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { Admission, type AdmissionOptions, type LaneName } from "../../src/compute/admission.ts";
import { memoryShareBytes } from "../../src/compute/memory-share.ts";
import type { Task } from "../../src/tasks/task.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

const never = new AbortController().signal;
const queueTimeoutMs = 1000;

let clock: ManualClock;
let admission: Admission;
/** The runs that were admitted, in their order. */
let started: string[];

function create(options: Partial<AdmissionOptions> = {}): void {
  clock = new ManualClock();
  started = [];
  const bounds = { slots: 3, memoryBytes: 100, maxPending: 100, queueTimeoutMs };
  admission = new Admission({ ...bounds, clock, ...options });
}
beforeEach(() => create());

/** Asks for a place, and keeps what becomes of it. */
async function enter(name: string, bytes: number, lane: LaneName = "live", signal = never) {
  try {
    await admission.enter(lane, bytes, signal);
    started.push(name);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Lets everything that has been resolved take its course. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("memory", () => {
  test("a run that does not fit beside what runs waits, although there are slots", async () => {
    for (const name of ["a", "b", "c"]) void enter(name, 60);
    await settle();
    expect(started).toEqual(["a"]);
    admission.release(60, 1);
    await settle();
    expect(started).toEqual(["a", "b"]);
  });

  test("what is given back may let several start", async () => {
    for (const [name, bytes] of [
      ["a", 100],
      ["b", 50],
      ["c", 50],
      ["d", 0],
    ] as const) {
      void enter(name, bytes);
    }
    await settle();
    expect(started).toEqual(["a"]);
    admission.release(100, 1);
    await settle();
    expect(started).toEqual(["a", "b", "c", "d"]);
  });

  test("nothing passes one that waits in its lane, and nothing of the batch lane does", async () => {
    void enter("a", 60);
    void enter("large", 100);
    void enter("light", 1);
    void enter("job", 0, "batch");
    await settle();
    expect(started).toEqual(["a"]);
    admission.release(60, 1);
    await settle();
    expect(started).toEqual(["a", "large"]);
    admission.release(100, 1);
    await settle();
    expect(started).toEqual(["a", "large", "light", "job"]);
  });

  test("live runs go before a job that waits for memory", async () => {
    void enter("a", 60);
    void enter("job", 100, "batch");
    void enter("b", 10);
    await settle();
    expect(started).toEqual(["a", "b"]);
    admission.release(60, 1);
    await settle();
    expect(started).toEqual(["a", "b"]);
    admission.release(10, 1);
    await settle();
    expect(started).toEqual(["a", "b", "job"]);
  });

  test.each(["goes", "waits too long"])("when the first %s, those behind it start", async (how) => {
    const client = new AbortController();
    void enter("a", 60);
    const large = enter("large", 100, "live", client.signal);
    clock.advance(queueTimeoutMs - 1);
    void enter("light", 10);
    if (how === "goes") client.abort(new Error("gone"));
    else clock.advance(1);
    expect(await large).toMatchObject(how === "goes" ? {} : { type: "queue-timeout" });
    await settle();
    expect(started).toEqual(["a", "light"]);
  });

  test("a run that waits for memory is turned away when the server stops", async () => {
    void enter("a", 60);
    const waiting = enter("b", 60);
    admission.close();
    expect(await waiting).toMatchObject({ type: "draining" });
    admission.release(60, 1);
    await settle();
    expect(started).toEqual(["a"]);
  });

  test("a run that needs more than there is is refused at once, with both figures", () => {
    create({ memoryBytes: 128 * 1024 ** 2 });
    const task = { name: "heavy", memoryBytes: (bytes: number) => bytes } as unknown as Task;
    expect(admission.requireMemory(task, 128 * 1024 ** 2)).toBe(128 * 1024 ** 2);
    expect(() => admission.requireMemory(task, 256 * 1024 ** 2)).toThrow(
      /needs 256 MiB of memory, and the runs of each worker may take 128 MiB together\. .*--workers/,
    );
    expect(admission.requireMemory({ name: "light" } as Task, {})).toBe(0);
  });

  test("half of the machine's is shared by the workers", () => {
    expect(memoryShareBytes(1)).toBeGreaterThan(64 * 1024 ** 2);
    expect(memoryShareBytes(4)).toBe(Math.floor(memoryShareBytes(1) / 4));
  });
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant("enter" as const),
    lane: fc.constantFrom<LaneName>("live", "batch"),
    bytes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 })),
  }),
  fc.record({ kind: fc.constantFrom("end" as const, "go" as const), which: fc.nat(30) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 600 }) }),
);

/** One run of the model, in the order of their coming. */
interface Run {
  readonly lane: LaneName;
  readonly bytes: number;
  readonly client: AbortController;
  state: "waiting" | "running" | "over";
}

test("whatever comes, ends and goes: within bounds, in order, and nothing waits that may start", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step), async (slots, steps) => {
      create({ slots });
      const runs: Run[] = [];
      const order: Record<LaneName, number[]> = { live: [], batch: [] };
      const inState = (state: Run["state"]) => runs.filter((run) => run.state === state);
      const held = () => inState("running").reduce((sum, { bytes }) => sum + bytes, 0);

      const comes = async (lane: LaneName, bytes: number) => {
        const run: Run = { lane, bytes, client: new AbortController(), state: "waiting" };
        const index = runs.push(run) - 1;
        try {
          await admission.enter(lane, bytes, run.client.signal);
          run.state = "running";
          order[lane].push(index);
        } catch {
          run.state = "over";
        }
      };
      const ends = (run: Run | undefined) => {
        if (!run) return;
        run.state = "over";
        admission.release(run.bytes, 1);
      };
      const check = () => {
        const [running, waiting] = [inState("running"), inState("waiting")];
        expect(running.length).toBeLessThanOrEqual(slots);
        expect(held()).toBeLessThanOrEqual(100);
        expect(admission.running).toBe(running.length);
        expect(admission.waiting).toBe(waiting.length);
        const next = waiting.find(({ lane }) => lane === "live") ?? waiting[0];
        const mayStart = next && running.length < slots && held() + next.bytes <= 100;
        expect(mayStart, "a run waits that may start").toBeFalsy();
        for (const lane of [order.live, order.batch]) {
          expect(lane, "first in, first out").toEqual(lane.toSorted((a, b) => a - b));
        }
      };

      for (const action of steps) {
        if (action.kind === "enter") void comes(action.lane, action.bytes);
        else if (action.kind === "wait") clock.advance(action.ms);
        else {
          const state = action.kind === "end" ? "running" : "waiting";
          const run = inState(state)[action.which % Math.max(1, inState(state).length)];
          if (action.kind === "end") ends(run);
          else run?.client.abort(new Error("gone"));
        }
        await settle();
        check();
      }
      for (let [run] = inState("running"); run; [run] = inState("running")) {
        ends(run);
        await settle();
        check();
      }
      expect(inState("waiting"), "nothing is left behind").toEqual([]);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 200 },
  );
});
