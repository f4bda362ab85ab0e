import { expect, test } from "vitest";
import { Setups, wholeTextOf } from "../../src/compute/setups.ts";
import type { Task } from "../../src/tasks/task.ts";

const named = (parts: Partial<Task>) => ({ name: "model", ...parts });

test("sets a task up once, however many ask at once", async () => {
  let calls = 0;
  const setup = async () => ({ number: ++calls });
  const setups = new Setups();
  const task = named({ setup });
  expect([setups.isReady(task), setups.isReady(named({}))]).toEqual([false, true]);
  await Promise.all([setups.setUp(task), setups.setUp(task)]);
  await setups.setUp(task);
  expect([setups.isReady(task), setups.resourcesOf(task)]).toEqual([true, { number: 1 }]);
  expect(setups.resourcesOf(task)).toBe(setups.resourcesOf(task));
});

test("a setup that returns nothing is not called again", async () => {
  let calls = 0;
  const setups = new Setups();
  const task = named({ setup: () => void calls++ });
  await setups.setUp(task);
  await setups.setUp(task);
  expect([calls, setups.isReady(task)]).toEqual([1, true]);
});

test("a run starts at once if its task is set up, and after that if not", async () => {
  const setups = new Setups();
  expect(setups.whenReady(named({}), (resources) => [resources])).toEqual([undefined]);
  const task = named({ setup: () => 7 });
  const first = setups.whenReady(task, (resources) => [resources]);
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toEqual([7]);
  expect(setups.whenReady(task, (resources) => [resources])).toEqual([7]);
});

test.each<[string, () => unknown, RegExp]>([
  [
    "throws",
    () => {
      throw new TypeError("no model", { cause: new Error("gone") });
    },
    /^The setup of task model \(\.\/tasks\.ts\) failed: TypeError: no model\n[\s\S]*cause[\s\S]*gone/,
  ],
  ["rejects", () => Promise.reject("a text"), /failed: 'a text'$/],
  ["rejects with nothing", () => Promise.reject(), /failed: undefined$/],
])("a setup that %s is told whole, and clients hear nothing of it", async (_, setup, whole) => {
  const steps: unknown[] = [];
  const setups = new Setups({
    fileOf: () => "./tasks.ts",
    onStep: (...step) => void steps.push(step),
  });
  const failed = await setups.setUp(named({ setup })).catch((error: unknown) => error);
  expect(failed).toMatchObject({ message: "The setup of task model (./tasks.ts) failed" });
  expect(wholeTextOf(failed)).toMatch(whole);
  const step = "setup of task model (./tasks.ts)";
  expect(steps).toEqual([
    [step, false],
    [step, true],
  ]);
});

test("after a failure it is tried again", async () => {
  let isBroken = true;
  const setup = () => {
    if (isBroken) throw new Error("not yet");
    return "made";
  };
  const setups = new Setups();
  const task = named({ setup });
  await expect(setups.setUp(task)).rejects.toThrow("failed");
  isBroken = false;
  await setups.setUp(task);
  expect(setups.resourcesOf(task)).toBe("made");
});

test("teardowns get what setup made; one that fails or hangs stops nothing", async () => {
  const got: unknown[] = [];
  const setups = new Setups({ fileOf: (name) => `${name}.ts` });
  const of = (name: string, teardown: NonNullable<Task["teardown"]>) => ({
    name,
    setup: () => name,
    teardown,
  });
  const tasks = [
    of("good", (resources) => void got.push(resources)),
    of("throws", () => {
      throw new Error("broken");
    }),
    of("rejects", () => Promise.reject(new Error("late and broken"))),
    of("hangs", () => new Promise(() => {})),
    { name: "without", setup: () => 1 },
  ];
  for (const task of tasks) await setups.setUp(task);
  const faults = await setups.tearDown(20);
  expect(got).toEqual(["good"]);
  expect(faults).toEqual([
    expect.stringContaining("The teardown of task throws (throws.ts) failed: Error: broken"),
    expect.stringContaining("The teardown of task rejects (rejects.ts) failed: Error: late"),
    "The teardown of task hangs (hangs.ts) has not ended within 20 ms",
  ]);
  expect(await setups.tearDown(20)).toEqual([]);
});
