import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isFinal } from "../../../../src/jobs/job.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";
import { JobWorld, type Work } from "../../sqlite/job-world.ts";

const bomb: Work = { task: "bomb", ms: 0, isBomb: true };
const work = (ms: number): Work => ({ task: "work", ms, isBomb: false });
const minute = 60_000;

let folder: Folder;
let files = 0;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder[Symbol.dispose]());
const world = (workers: number, slots: number) =>
  new JobWorld(folder.file(`${++files}.db`), workers, slots);

test("a bomb beside a long innocent: the innocent succeeds, the bomb has failed", async () => {
  using all = world(1, 2);
  const [innocent = "", poison = ""] = all.submit([work(14_000), bomb]);
  const areDone = () => [innocent, poison].every((id) => isFinal(all.job(id).state));
  await all.until(areDone, minute);
  expect(all.job(innocent)).toMatchObject({ state: "succeeded", attempts: 1 });
  expect(all.job(poison)).toMatchObject({
    state: "failed",
    attempts: 3,
    error: { type: "worker-lost" },
  });
  expect(all.lostWorkers).toBe(5);
});

test("many bombs take both workers at most once, and other jobs go on", async () => {
  using all = world(2, 1);
  const bombs = all.submit(Array.from({ length: 10 }, () => bomb));
  const works = all.submit(Array.from({ length: 10 }, () => work(100)));
  let away = 0;
  let last = true;
  const areDone = () => {
    const isUp = [...all.workers.values()].some((worker) => worker.isUp);
    if (last && !isUp) away++;
    last = isUp;
    return bombs.every((id) => isFinal(all.job(id).state));
  };
  await all.until(areDone, minute);
  expect(away).toBeLessThanOrEqual(2); // The boot is one.
  for (const id of works) expect(all.job(id).state).toBe("succeeded");
  for (const id of bombs) expect(all.job(id)).toMatchObject({ state: "failed", attempts: 3 });
});

test("after a kill from outside, all jobs run side by side again", async () => {
  using all = world(1, 4);
  const ids = all.submit(Array.from({ length: 4 }, () => work(5000)));
  await all.until(() => all.starts.length === 4, minute);
  all.kill(1);
  await all.until(() => all.starts.length === 8, 1000);
  await all.until(() => ids.every((id) => all.job(id).state === "succeeded"), 6000);
  expect(ids.map((id) => all.job(id).attempts)).toEqual([1, 1, 1, 1]);
});

test("a suspect waits until it can run alone, and others have their turn in between", async () => {
  using all = world(1, 4);
  const long = all.submit(Array.from({ length: 3 }, () => work(3000)));
  const [poison = ""] = all.submit([{ ...bomb, ms: 10 }]);
  await all.until(() => isFinal(all.job(poison).state), minute);
  const later = all.submit(Array.from({ length: 3 }, () => work(10)));
  const all6 = [...long, ...later];
  await all.until(() => all6.every((id) => all.job(id).state === "succeeded"), minute);
  for (const { id, beside } of all.starts.filter((start) => start.id === poison).slice(2)) {
    expect([id, beside]).toEqual([poison, 0]);
  }
});

test("a suspect that waits can be cancelled at once", async () => {
  using all = world(1, 2);
  const [long = "", poison = ""] = all.submit([work(minute), bomb]);
  await all.until(() => all.lostWorkers === 2, minute);
  await all.until(() => all.job(long).state === "running", minute);
  expect(all.job(poison).state).toBe("queued");
  all.ask({ name: "cancel", args: { id: poison } });
  expect(all.job(poison).state).toBe("cancelled");
  await all.until(() => all.job(long).state === "succeeded", 2 * minute);
  expect(all.lostWorkers).toBe(2);
});

test("a worker that live runs keep busy does not keep a suspect waiting for ever", async () => {
  using all = world(2, 1);
  const [poison = ""] = all.submit([bomb]);
  await all.until(() => all.lostWorkers === 2, minute);
  all.fill(1); // The findEmptiest one, whose slot never comes free.
  const works = all.submit(Array.from({ length: 2000 }, () => work(40)));
  await all.until(() => isFinal(all.job(poison).state), 2 * minute);
  expect(all.job(works.at(-1) ?? "").state).toBe("queued");
});

test("a suspect that waits never keeps other jobs from every worker", async () => {
  using all = world(2, 4);
  const [poison = ""] = all.submit([bomb]);
  await all.until(() => all.lostWorkers === 2, minute);
  await all.until(() => [...all.workers.values()].every(({ isUp }) => isUp), 1000);
  const long = all.submit([work(60 * minute), work(60 * minute)]);
  await all.until(() => long.every((id) => all.job(id).state === "running"), minute);
  await all.until(() => all.job(poison).state === "queued", minute);
  await all.pass(minute);
  const others = all.submit(Array.from({ length: 5 }, () => work(100)));
  await all.until(() => others.every((id) => all.job(id).state === "succeeded"), 1000);
});

test("suspects that run long never take every worker", async () => {
  using all = world(2, 4);
  const slow = { ...work(5 * minute), task: "slow" };
  const suspects = all.submit([slow, slow]);
  for (let loss = 1; loss <= 2; loss++) {
    await all.until(() => suspects.every((id) => all.job(id).state === "running"), minute);
    for (const number of [1, 2]) all.kill(number);
  }
  await all.until(() => suspects.some((id) => all.job(id).state === "running"), minute);
  await all.pass(2 * minute);
  const others = all.submit(Array.from({ length: 5 }, () => work(100)));
  await all.until(() => others.every((id) => all.job(id).state === "succeeded"), 1000);
});

test("if no other worker comes up, a suspect runs anyway in the end", async () => {
  using all = world(2, 1);
  const [poison = ""] = all.submit([bomb]);
  await all.until(() => all.lostWorkers === 2, minute);
  all.remove(2);
  await all.until(() => isFinal(all.job(poison).state), minute);
  expect(all.job(poison)).toMatchObject({ state: "failed", attempts: 3 });
});

const arbitraryWork = fc.record({
  task: fc.constantFrom("bomb", "work"),
  ms: fc.oneof(fc.nat(200), fc.nat(50_000)),
  isBomb: fc.boolean(),
});
const works = fc.array(arbitraryWork, { minLength: 1, maxLength: 8 });

test("whatever runs beside what, every job ends, and no attempt of an innocent job counts", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      works,
      fc.integer({ min: 1, max: 3 }),
      async (workers, slots, jobs, maxAttempts) => {
        using all = world(workers, slots);
        const ids = all.submit(jobs, maxAttempts);
        const areDone = () => ids.every((id) => isFinal(all.job(id).state));
        while (all.clock.now() < 60 * minute && !areDone()) await all.pass(1000);
        for (const [index, id] of ids.entries()) {
          const { state, attempts } = all.job(id);
          const expected = jobs[index]?.isBomb ? ["failed", maxAttempts] : ["succeeded", 1];
          expect([state, attempts]).toEqual(expected);
        }
        expect(all.mistakes).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
});

test("whichever worker is killed when, every job ends, and a suspect runs alone", async () => {
  const kills = fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 3 })), {
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      works,
      kills,
      async (workers, slots, jobs, victims) => {
        using all = world(workers, slots);
        const ids = all.submit(jobs);
        for (const [pauseMs, victim] of victims) {
          await all.pass(pauseMs);
          if (all.workers.has(victim)) all.kill(victim);
        }
        const areDone = () => ids.every((id) => isFinal(all.job(id).state));
        while (all.clock.now() < 120 * minute && !areDone()) await all.pass(1000);
        for (const [index, id] of ids.entries()) {
          const { state, attempts } = all.job(id);
          expect(state).toMatch(jobs[index]?.isBomb ? /failed/ : /succeeded|failed/);
          expect(attempts).toBeLessThanOrEqual(3);
        }
        expect(all.mistakes).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
});
