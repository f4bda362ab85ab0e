import fc from "fast-check";
import { expect, test } from "vitest";
import type { SupervisorAction } from "../../../src/primary/supervisor/supervision.ts";
import { deeds, Supervised } from "./supervised.ts";

/** What happens to the world: mostly to the worker whose number it names, where it has a process. */
type Happening =
  | { readonly type: "ready"; readonly worker: number }
  | { readonly type: "boot-failed"; readonly worker: number; readonly message: string }
  | {
      readonly type: "exits";
      readonly worker: number;
      readonly code: number | null;
      readonly hadJob: boolean;
    }
  | { readonly type: "hung"; readonly worker: number; readonly message: string }
  | { readonly type: "unwatched"; readonly worker: number }
  | { readonly type: "signal"; readonly signal: "SIGINT" | "SIGTERM" }
  | { readonly type: "pause"; readonly ms: number }
  | { readonly type: "wake" };

const workers = fc.integer({ min: 1, max: 4 });
const worker = fc.integer({ min: 1, max: 4 });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("ready" as const), worker }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("boot-failed" as const),
      worker,
      message: fc.string(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("exits" as const),
      worker,
      code: fc.constantFrom(0, 1, null),
      hadJob: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("hung" as const), worker, message: fc.string() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("unwatched" as const), worker }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("signal" as const),
      signal: fc.constantFrom("SIGINT" as const, "SIGTERM" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("pause" as const),
      ms: fc.oneof(fc.nat(700), fc.nat(70_000)),
    }),
  },
  { weight: 6, arbitrary: fc.constant({ type: "wake" as const }) },
);

/** Processes as the kernel sees them, and the rules that hold whatever happens. */
class World {
  readonly server: Supervised;
  /** The processes, by worker; those that are being killed are marked. */
  readonly alive = new Map<number, { killed: boolean }>();
  #stopping = false;
  #over = false;

  constructor(count: number, random: number) {
    this.server = new Supervised({ workers: count, random: () => random });
    this.#check(this.server.take({ type: "start" }));
  }

  let(happening: Happening): void {
    const { server } = this;
    switch (happening.type) {
      case "pause":
        server.now += happening.ms;
        break;
      case "wake":
        if (server.wakeAt !== undefined) this.#check(server.wake());
        break;
      case "signal":
        this.#stopping = true;
        this.#check(server.take(happening));
        break;
      case "exits":
        this.#exits(happening.worker, happening.code, happening.hadJob);
        break;
      case "ready":
      case "boot-failed":
      case "hung":
      case "unwatched":
        if (this.alive.has(happening.worker)) this.#check(server.take(happening));
        break;
    }
  }

  /** What was killed dies, as the kernel sees to it. */
  reap(): void {
    for (const [number, { killed }] of [...this.alive])
      if (killed) this.#exits(number, null, false);
  }

  #exits(number: number, code: number | null, hadJob: boolean): void {
    if (!this.alive.delete(number)) return;
    const signal = code === null ? "SIGKILL" : null;
    const wasReady = this.server.state.workers[number - 1]?.readyAt !== undefined;
    this.#check(this.server.exited(number, code, signal, hadJob));
    const { stage, dueAt = 0 } = this.server.state.workers[number - 1] ?? {};
    // A place that has been ready is never away for long, whatever ended it.
    if (stage === "absent" && wasReady) expect(dueAt - this.server.now).toBeLessThanOrEqual(2000);
  }

  #check(actions: readonly SupervisorAction[]): void {
    const { server } = this;
    if (this.#over) expect(actions).toEqual([]);
    for (const action of actions) {
      if (action.type === "fork") {
        expect(this.#stopping).toBe(false);
        expect(this.alive.has(action.worker)).toBe(false);
        this.alive.set(action.worker, { killed: false });
      } else if (action.type === "kill") {
        const process = this.alive.get(action.worker);
        if (!process) throw new Error(`worker ${action.worker} is killed without a process`);
        process.killed = true;
      } else if (action.type === "drain") {
        expect(this.alive.has(action.worker)).toBe(true);
        expect(this.#stopping).toBe(true);
      } else if (action.type === "exit") {
        this.#over = true;
        expect([0, 1, 130, 143]).toContain(action.code);
        // Whatever is still there has been killed.
        expect([...this.alive.values()].filter(({ killed }) => !killed)).toEqual([]);
      } else if (action.type === "announce") {
        expect(server.state.workers.every(({ stage }) => stage === "ready")).toBe(true);
      }
    }
    this.#checkState();
  }

  #checkState(): void {
    const { state, wakeAt } = this.server;
    if (state.phase === "failing") this.#stopping = true;
    if (this.#over) {
      expect(wakeAt).toBeUndefined();
      return;
    }
    const processes = state.workers.filter(({ stage }) => stage !== "absent");
    expect(processes.map(({ number }) => number)).toEqual([...this.alive.keys()].sort());
    if (this.#stopping) expect(wakeAt).toBeDefined();
    for (const { stage, dueAt } of state.workers) {
      // While the server goes on, one that is away or booting is never forgotten.
      if (stage === "absent" || stage === "booting") {
        expect(dueAt !== undefined).toBe(!this.#stopping);
      }
      if (dueAt !== undefined) expect(wakeAt).toBeLessThanOrEqual(dueAt);
    }
  }
}

const history = fc.array(happening, { maxLength: 120 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("whatever happens, the rules hold, and a signal ends it within the drain timeout", () => {
  fc.assert(
    fc.property(workers, random, history, fc.boolean(), (count, chance, happenings, reaped) => {
      const world = new World(count, chance);
      for (const each of happenings) {
        world.let(each);
        if (reaped) world.reap();
      }
      const { server } = world;
      const signalledAt = server.now;
      world.let({ type: "signal", signal: "SIGTERM" });
      for (let turns = 0; turns < 4 && server.state.phase !== "ended"; turns++) {
        world.let({ type: "wake" });
        if (reaped) world.reap();
      }
      expect(server.state.phase).toBe("ended");
      expect(server.now - signalledAt).toBeLessThanOrEqual(20_000 + 1000);
      const all = deeds(server.actions);
      expect(all.filter((deed) => deed.startsWith("exit"))).toHaveLength(1);
      expect(all.filter((deed) => deed === "announce").length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1000 },
  );
});

test("without boot failures and signals, every worker is ready again in the end", () => {
  const fates = fc.array(
    fc.tuple(worker, fc.constantFrom(0, 1, null), fc.boolean(), fc.nat(70_000)),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(workers, random, fates, (count, chance, ends) => {
      const world = new World(count, chance);
      const numbers = Array.from({ length: count }, (_, index) => index + 1);
      const settle = () => {
        // Any event may fork what has become due: whatever boots is ready before time goes on.
        while (world.server.state.workers.some(({ stage }) => stage === "booting")) {
          for (const number of numbers) world.let({ type: "ready", worker: number });
        }
      };
      settle();
      for (const [number, code, hadJob, ms] of ends) {
        world.let({ type: "pause", ms });
        const ready = world.server.state.workers[number - 1]?.stage === "ready";
        if (ready) world.let({ type: "exits", worker: number, code, hadJob });
        settle();
      }
      while (world.server.wakeAt !== undefined) {
        world.let({ type: "wake" });
        settle();
      }
      expect(world.server.state.phase).toBe("up");
      expect(world.server.state.workers.map(({ stage }) => stage)).toEqual(
        numbers.map(() => "ready"),
      );
    }),
  );
});
