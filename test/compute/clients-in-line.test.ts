import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { Admission, type AdmissionOptions } from "../../src/compute/admission.ts";
import type { AppError } from "../../src/errors.ts";
import type { Task } from "../../src/tasks/task.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

const never = new AbortController().signal;
const plain = { name: "plain" } as Task;
const limited = { name: "limited", concurrency: 1 } as Task;

let admission: Admission;
/** Runs by their names, in the order of their starts; and those that were refused, with the reason. */
let started: string[];
let refused: Map<string, AppError>;

function create(options: Partial<AdmissionOptions> = {}): void {
  const clock = new ManualClock();
  started = [];
  refused = new Map();
  const bounds = { slots: 1, memoryBytes: 100, maxPending: 100, queueTimeoutMs: 1000 };
  admission = new Admission({ ...bounds, clock, ...options });
}
beforeEach(() => create());

interface Wish {
  readonly lane?: "live" | "jobs";
  readonly task?: Task;
  readonly memoryBytes?: number;
}

/** A run named `a1` is one of client a. */
function enter(name: string, { lane = "live", task = plain, memoryBytes = 0 }: Wish = {}): void {
  const client = () => name.slice(0, 1);
  const entry = { task, lane, needs: { slots: 1, memoryBytes }, signal: never, client };
  const enterNow = async () => {
    await admission.enter(entry);
    started.push(name);
  };
  enterNow().catch((error: AppError) => refused.set(name, error));
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The run that has started ends, and so does each that starts then. */
async function runAll({ task = plain, memoryBytes = 0 }: Wish = {}): Promise<string[]> {
  await settle();
  for (let ended = 0; ended < started.length; ended++) {
    admission.release({ task, lane: "live", needs: { slots: 1, memoryBytes } }, 1);
    await settle();
  }
  return started;
}

const enterAll = (names: string, wish?: Wish) => {
  for (const name of names.split(" ")) enter(name, wish);
};

describe("clients take turns", () => {
  test("one alone is served in the order of arrival", async () => {
    enterAll("a1 a2 a3 a4");
    expect(await runAll()).toEqual(["a1", "a2", "a3", "a4"]);
  });

  test("one with few runs does not wait for all of one with many", async () => {
    enterAll("a0 a1 a2 a3 a4 b1 b2 c1");
    expect(await runAll()).toEqual(["a0", "a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
  });

  test("one that comes later has the turn that is next, and none of those before", async () => {
    enterAll("a0 a1 a2 a3 a4 a5");
    await settle();
    for (let i = 0; i < 3; i++) admission.release({ task: plain, lane: "live", needs }, 1);
    enterAll("b1 b2");
    await settle();
    expect(started).toEqual(["a0", "a1", "a2", "a3"]);
    started = started.slice(-1);
    expect(await runAll()).toEqual(["a3", "a4", "b1", "a5", "b2"]);
  });

  test("also with memory, and where the runs of a task wait for each other", async () => {
    const heavy = { memoryBytes: 60 };
    create({ slots: 2 });
    enterAll("a0 a1 a2 b1", heavy);
    expect(await runAll(heavy)).toEqual(["a0", "a1", "b1", "a2"]);
    create({ slots: 2 });
    enterAll("a0 a1 a2 b1", { task: limited });
    expect(await runAll({ task: limited })).toEqual(["a0", "a1", "b1", "a2"]);
  });

  test("jobs have no clients: they stay in their order, behind live runs", async () => {
    enter("a0");
    enterAll("a1 a2 b1", { lane: "jobs" });
    enter("c1");
    expect(await runAll()).toEqual(["a0", "c1", "a1", "a2", "b1"]);
  });
});

const needs = { slots: 1, memoryBytes: 0 };

describe("a full line", () => {
  beforeEach(() => create({ maxPending: 4 }));

  test("may be all of one client, and then refuses that client", async () => {
    enterAll("a0 a1 a2 a3 a4 a5");
    await settle();
    expect([...refused.keys()]).toEqual(["a5"]);
    expect(refused.get("a5")?.detail).toMatch(/^The queue is full: 4 runs wait/);
  });

  test("the newest run of the client with the most gives way, until all have as many", async () => {
    enterAll("a0 a1 a2 a3 a4 b1 b2 b3 c1 c2");
    await settle();
    // The line is then a1, b1, and c1 with the second one of a or b.
    expect([...refused.keys()].sort()).toEqual(["a2", "a3", "a4", "b3", "c2"]);
    const gaveWay = refused.get("a4");
    expect(gaveWay?.type).toBe("overloaded");
    expect(gaveWay?.detail).toMatch(/more of them than any other.*gave way/);
    expect(gaveWay?.headers["Retry-After"]).toBe("1");
    expect(await runAll()).toEqual(["a0", "a1", "b1", "c1", "b2"]);
  });

  test("no job gives way, nor does a run of a client with as few", async () => {
    enter("a0");
    enterAll("j1 j2 j3", { lane: "jobs" });
    enterAll("a1 b1");
    await settle();
    expect([...refused.keys()]).toEqual(["b1"]);
  });

  test("a run that waits for others of its task gives way, too", async () => {
    enter("a0", { task: limited });
    enterAll("a1 a2 a3 a4", { task: limited });
    enter("b1", { task: limited });
    await settle();
    expect([...refused.keys()]).toEqual(["a4"]);
    expect(await runAll({ task: limited })).toEqual(["a0", "a1", "b1", "a2", "a3"]);
  });
});

test("whatever comes, each client has its share of the line and its turns", async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant("a") },
    { weight: 2, arbitrary: fc.constant("b") },
    { weight: 1, arbitrary: fc.constant("c") },
    { weight: 3, arbitrary: fc.constant("end") },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.nat(6), async (steps, maxPending) => {
      create({ maxPending });
      const waiting = new Map<string, string[]>();
      const namesOf = (client: string) => waiting.get(client) ?? [];
      const passedBy = new Map<string, string[]>();
      let [came, ended, seen] = [0, 0, 0];
      for (const each of steps) {
        if (each === "end" && ended === started.length) continue;
        if (each === "end") {
          ended++;
          admission.release({ task: plain, lane: "live", needs }, 1);
        } else {
          const name = `${each}${++came}`;
          waiting.set(each, [...namesOf(each), name]);
          passedBy.set(name, []);
          enter(name);
        }
        const before = new Map(waiting);
        await settle();
        for (const [name] of refused) {
          const client = name.slice(0, 1);
          if (!namesOf(client).includes(name)) continue;
          expect(name, "the newest goes").toBe(namesOf(client).at(-1));
          const most = Math.max(...[...before.values()].map(({ length }) => length));
          expect((before.get(client) ?? []).length).toBeGreaterThanOrEqual(most);
          waiting.set(client, namesOf(client).slice(0, -1));
        }
        for (const name of started.slice(seen)) {
          const client = name.slice(0, 1);
          expect(name, "in the order of arrival").toBe(namesOf(client)[0]);
          waiting.set(client, namesOf(client).slice(1));
          for (const [rival, [first]] of waiting) {
            if (rival !== client && first) passedBy.get(first)?.push(client);
          }
        }
        seen = started.length;
      }
      for (const [name, clients] of passedBy) {
        for (const client of "abc") {
          const times = clients.filter((each) => each === client).length;
          expect(times, `${client} went before ${name}`).toBeLessThanOrEqual(2);
        }
      }
    }),
  );
});
