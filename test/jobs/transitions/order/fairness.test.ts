import fc from "fast-check";
import { expect, test } from "vitest";
import type { Place, Pool } from "../../../../src/jobs/transitions/order/line.ts";
import { Lines } from "../../../../src/jobs/transitions/order/lines.ts";
import { TaskRules } from "../../../../src/jobs/transitions/order/task-rules.ts";

/** The same, with every job in a list: slow, and easy to see through. */
class World {
  readonly rules = new TaskRules();
  groupLimits = new Map<string, number>();
  taskLimits = new Map<string, number>();
  waiting: (Place & { readonly pool: Pool })[] = [];
  running: Place[] = [];
  readonly lines = new Lines(this.rules, (group) => this.groupLimits.get(group) ?? null);

  runningOf(group: string | null): number {
    return this.running.filter((job) => job.group === group).length;
  }

  hasRoom({ group, task }: Place): boolean {
    const limit = group === null ? undefined : this.groupLimits.get(group);
    if (limit !== undefined && this.runningOf(group) >= limit) return false;
    const ofTask = this.running.filter((job) => job.task === task).length;
    return ofTask < (this.taskLimits.get(task) ?? Number.POSITIVE_INFINITY);
  }

  /** The jobs that may be started now. */
  eligible(pool: Pool): Place[] {
    return this.waiting.filter((job) => job.pool === pool && this.hasRoom(job));
  }

  /** Starts the next job, and checks that no other one had to go before it. */
  start(pool: Pool): void {
    const eligible = this.eligible(pool);
    const candidates = this.lines.next(pool === "held");
    expect(this.lines.claimable(pool === "held") > 0).toBe(eligible.length > 0);
    expect(candidates.length > 0).toBe(eligible.length > 0);
    const line = candidates[0];
    if (!line) return;
    const top = Math.max(...eligible.map(({ priority }) => priority));
    expect(line.priority).toBe(top);
    const ofTop = eligible.filter(({ priority }) => priority === top);
    const fewest = Math.min(...ofTop.map(({ group }) => this.runningOf(group)));
    expect(this.runningOf(line.group.key)).toBe(fewest);
    const tasks = ofTop.filter(({ group }) => group === line.group.key).map(({ task }) => task);
    expect(candidates.map(({ task }) => task.name).sort()).toEqual([...new Set(tasks)].sort());
    const place = { priority: top, group: line.group.key, task: line.task.name };
    const at = this.waiting.findIndex(
      (job) =>
        job.pool === pool &&
        Object.entries(place).every(([name, value]) => job[name as keyof Place] === value),
    );
    expect(this.waiting[at]).toBeDefined();
    this.lines.leaves(place, pool);
    this.lines.starts(place);
    this.running.push(...this.waiting.splice(at, 1));
  }

  end(pick: number, isRetried: boolean): void {
    const [job] = this.running.splice(pick % Math.max(1, this.running.length), 1);
    if (!job) return;
    this.lines.ends(job);
    if (isRetried) this.submit(job, "open");
  }

  startAll(): void {
    for (const pool of ["held", "open"] as const) {
      while (this.eligible(pool).length > 0) this.start(pool);
    }
  }

  submit(place: Place, pool: Pool): void {
    this.lines.waits(place, pool);
    this.waiting.push({ ...place, pool });
  }

  cancel(pick: number): void {
    const [job] = this.waiting.splice(pick % Math.max(1, this.waiting.length), 1);
    if (job) this.lines.leaves(job, job.pool);
  }

  limitGroup(group: string, limit: number): void {
    this.groupLimits.set(group, limit);
    this.lines.setLimit(group, limit);
  }

  limitTask(task: string, limit: number): void {
    this.taskLimits = new Map([...this.taskLimits, [task, limit]]);
    this.rules.setLimits(this.taskLimits);
  }
}

const group = fc.constantFrom("a", "b", "c", null);
const task = fc.constantFrom("x", "y");
const pool = fc.constantFrom<Pool[]>("open", "open", "open", "held");
const place = fc.record({ priority: fc.constantFrom(0, 0, 1), group, task });

type Step = (world: World) => void;

const submit = fc.tuple(place, pool).map(
  ([where, into]): Step =>
    (world) =>
      world.submit(where, into),
);
const start = pool.map(
  (from): Step =>
    (world) =>
      world.start(from),
);
const end = fc.tuple(fc.nat(), fc.boolean()).map(
  ([pick, again]): Step =>
    (world) =>
      world.end(pick, again),
);
const cancel = fc.nat().map(
  (pick): Step =>
    (world) =>
      world.cancel(pick),
);
const limitGroup = fc.tuple(fc.constantFrom("a", "b"), fc.integer({ min: 1, max: 3 })).map(
  ([key, limit]): Step =>
    (world) =>
      world.limitGroup(key, limit),
);
const limitTask = fc.tuple(task, fc.integer({ min: 1, max: 4 })).map(
  ([name, limit]): Step =>
    (world) =>
      world.limitTask(name, limit),
);
const commit = fc.constant<Step>((world) => world.lines.commit());

/** What belongs into a transaction. */
const change = fc.oneof(
  { weight: 4, arbitrary: submit },
  { weight: 4, arbitrary: start },
  { weight: 3, arbitrary: end },
  cancel,
  limitGroup,
);
const steps = fc.array(fc.oneof({ weight: 8, arbitrary: change }, limitTask, commit), {
  maxLength: 120,
});

test("limits hold, and a group with fewer running jobs goes first, whatever happens", () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const world = new World();
      for (const take of taken) take(world);
      world.startAll();
    }),
  );
});

test("a rollback undoes whatever was done since the commit", () => {
  fc.assert(
    fc.property(steps, fc.array(change, { maxLength: 60 }), (before, undone) => {
      const world = new World();
      for (const take of before) take(world);
      world.lines.commit();
      const { waiting, running, groupLimits } = world;
      world.waiting = [...waiting];
      world.running = [...running];
      world.groupLimits = new Map(groupLimits);
      for (const take of undone) take(world);
      Object.assign(world, { waiting, running, groupLimits });
      world.lines.rollBack();
      world.startAll();
    }),
  );
});
