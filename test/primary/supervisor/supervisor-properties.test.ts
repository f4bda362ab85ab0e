import fc from "fast-check";
import { expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import type { SupervisorAction } from "../../../src/primary/supervisor/supervision.ts";
import { deeds, Supervised } from "./supervised.ts";

/** What happens to the world: mostly to a life in a place, where there is one. */
type Happening =
  | (InPlace & { readonly type: "ready" | "unwatched" })
  | (InPlace & { readonly type: "worn"; readonly reason: "memory" })
  | (InPlace & { readonly type: "boot-failed" | "hung"; readonly message: string })
  | (InPlace & { readonly type: "exits"; readonly code: number | null; readonly hadJob: boolean })
  | { readonly type: "overlap"; readonly number: number }
  | { readonly type: "signal"; readonly signal: "SIGINT" | "SIGTERM" }
  | { readonly type: "pause"; readonly ms: number }
  | { readonly type: "resize"; readonly workers: number }
  | { readonly type: "wake" | "roll" };

interface InPlace {
  readonly number: number;
  /** The oldest life there, or the newest. */
  readonly oldest: boolean;
}

const workers = fc.integer({ min: 1, max: 4 });
const number = fc.integer({ min: 1, max: 4 });
const inPlace = { number, oldest: fc.boolean() };
const type = <Type extends string>(name: Type) => fc.constant(name);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: type("ready"), ...inPlace }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: type("boot-failed"), ...inPlace, message: fc.string() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: type("exits"),
      ...inPlace,
      code: fc.constantFrom(0, 1, null),
      hadJob: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: type("hung"), ...inPlace, message: fc.string() }) },
  { weight: 1, arbitrary: fc.record({ type: type("unwatched"), ...inPlace }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: type("worn"), ...inPlace, reason: type("memory") }),
  },
  { weight: 1, arbitrary: fc.record({ type: type("resize"), workers }) },
  { weight: 1, arbitrary: fc.record({ type: type("overlap"), number }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: type("signal"),
      signal: fc.constantFrom("SIGINT" as const, "SIGTERM" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: type("pause"), ms: fc.oneof(fc.nat(700), fc.nat(70_000)) }),
  },
  { weight: 6, arbitrary: fc.constant({ type: "wake" as const }) },
  { weight: 2, arbitrary: fc.constant({ type: "roll" as const }) },
);

/** Processes as the kernel sees them, and the rules that hold whatever happens. */
class World {
  readonly server: Supervised;
  /** The processes, by life; those that are being killed are marked. */
  readonly alive = new Map<Life, { readonly number: number; killed: boolean }>();
  #stopping = false;
  /** Whether workers may be told to drain, and a second life may come to a place. */
  #rolled = false;
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
      case "roll":
      case "resize":
        this.#rolled = true;
        this.#check(server.take(happening));
        break;
      case "overlap":
        this.#overlap(happening.number);
        break;
      default:
        this.#letLife(happening);
        break;
    }
  }

  letReady(life: Life): void {
    this.#check(this.server.take({ type: "ready", life }));
  }

  /** What was killed dies, as the kernel sees to it. */
  reap(): void {
    for (const [life, { killed }] of [...this.alive]) if (killed) this.#exits(life, null, false);
  }

  livesIn(number: number): Life[] {
    return [...this.alive].flatMap(([life, process]) => (process.number === number ? life : []));
  }

  #letLife(happening: Extract<Happening, InPlace>): void {
    const { number, oldest, ...event } = happening;
    const life = this.livesIn(number).at(oldest ? 0 : -1);
    if (life === undefined) return;
    if (event.type === "worn") this.#rolled = true;
    if (event.type === "exits") this.#exits(life, event.code, event.hadJob);
    else this.#check(this.server.take({ ...event, life }));
  }

  #overlap(number: number): void {
    const { server } = this;
    if (server.state.phase !== "up" || this.livesIn(number).length === 0) return;
    const actions = server.overlap(number);
    this.alive.set(server.lifeIn(number), { number, killed: false });
    this.#check(actions);
  }

  #exits(life: Life, code: number | null, hadJob: boolean): void {
    const { number } = this.alive.get(life) ?? {};
    if (number === undefined) return;
    const { server } = this;
    const isLate = server.wakeAt !== undefined && server.wakeAt <= server.now;
    if (isLate) this.#check(server.take({ type: "wake" })); // What is due comes first.
    this.alive.delete(life);
    const signal = code === null ? "SIGKILL" : null;
    const wasReady = server.handle(life)?.readyAt !== undefined;
    const isRetired = server.handle(life)?.retiredFor !== undefined;
    // In its own place an old life may be worn, and waits for the next new one.
    const others = server.state.workers.filter((worker) => worker.number !== number);
    const wasRolling = server.state.roll !== undefined;
    this.#check(server.take({ type: "exited", life, code, signal, hadJob }));
    // One that dies as it boots ends a roll: the new life of the roll, in another place, goes with it.
    const hasEndedRoll = wasRolling && server.state.roll === undefined;
    if (!this.#stopping && !hasEndedRoll)
      expect(server.state.workers).toEqual(expect.arrayContaining(others));
    const { forkAt } = server.state.places[number - 1] ?? {};
    // A place that has been ready is never away for long, whatever ended it.
    if (forkAt !== undefined && wasReady && !isRetired)
      expect(forkAt - server.now).toBeLessThanOrEqual(2000);
  }

  #check(actions: readonly SupervisorAction[]): void {
    const { server } = this;
    if (this.#over) expect(actions).toEqual([]);
    for (const action of actions) {
      if (action.type === "fork") {
        expect(this.#stopping).toBe(false);
        if (!this.#rolled) expect(this.livesIn(action.number)).toEqual([]);
        expect(this.alive.has(action.life)).toBe(false);
        this.alive.set(action.life, { number: action.number, killed: false });
      } else if (action.type === "kill") {
        const process = this.alive.get(action.life);
        if (!process) throw new Error(`life ${action.life} is killed without a process`);
        process.killed = true;
      } else if (action.type === "drain") {
        expect(this.alive.has(action.life)).toBe(true);
        expect(this.#stopping || this.#rolled).toBe(true);
      } else if (action.type === "exit") {
        this.#over = true;
        expect([0, 1, 130, 143]).toContain(action.code);
        // Whatever is still there has been killed.
        expect([...this.alive.values()].filter(({ killed }) => !killed)).toEqual([]);
      } else if (action.type === "announce") {
        const ready = server.state.workers.filter(({ stage }) => stage === "ready");
        const numbers = new Set(ready.map(({ number }) => number));
        expect(numbers.size).toBe(server.state.places.length);
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
    expect(state.workers.map(({ life }) => life)).toEqual([...this.alive.keys()]);
    if (this.#stopping) expect(wakeAt).toBeDefined();
    // While the server goes on, no empty place and no boot is forgotten.
    for (const { number, forkAt } of state.places) {
      const lives = state.workers.filter((worker) => worker.number === number);
      const isEmpty = lives.every(({ retiredFor }) => retiredFor);
      expect(forkAt !== undefined).toBe(isEmpty && !this.#stopping);
      if (forkAt !== undefined) expect(wakeAt).toBeLessThanOrEqual(forkAt);
    }
    for (const { stage, dueAt } of state.workers) {
      if (stage === "booting") expect(dueAt !== undefined).toBe(!this.#stopping);
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

test("a roll ends, and leaves one new life in each place, whatever dies meanwhile", () => {
  const deaths = fc.array(fc.record({ ...inPlace, after: fc.nat(12) }), { maxLength: 6 });
  fc.assert(
    fc.property(workers, random, deaths, (count, chance, dying) => {
      const world = new World(count, chance);
      const { server } = world;
      const readyAll = () => {
        for (const [life, { killed }] of [...world.alive]) {
          if (!killed) world.letReady(life);
        }
      };
      readyAll();
      const old = new Set(world.alive.keys());
      world.let({ type: "roll" });
      for (let turns = 0; server.state.roll !== undefined; turns++) {
        expect(turns).toBeLessThan(100);
        for (const { number, oldest, after } of dying) {
          const code = null;
          if (after === turns) world.let({ type: "exits", number, oldest, code, hadJob: false });
        }
        readyAll();
        world.let({ type: "wake" });
      }
      // One that died as it booted has ended the roll.
      const failed = server.actions.some((each) => each.type === "rolled" && each.error);
      const serving = server.state.workers.filter(({ stage }) => stage !== "leaving");
      if (!failed) expect(serving.filter(({ life }) => old.has(life))).toEqual([]);
      const places = new Set(serving.map(({ number }) => number));
      const waiting = server.state.places.filter(({ forkAt }) => forkAt !== undefined);
      expect(places.size + waiting.length).toBeGreaterThanOrEqual(count);
    }),
  );
});

test("without boot failures and signals, every worker is ready again in the end", () => {
  const fates = fc.array(
    fc.tuple(number, fc.constantFrom(0, 1, null), fc.boolean(), fc.nat(70_000)),
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
          for (const each of numbers) world.let({ type: "ready", number: each, oldest: true });
        }
      };
      settle();
      for (const [place, code, hadJob, ms] of ends) {
        world.let({ type: "pause", ms });
        world.let({ type: "exits", number: place, oldest: true, code, hadJob });
        settle();
      }
      while (world.server.wakeAt !== undefined) {
        world.let({ type: "wake" });
        settle();
      }
      expect(world.server.state.phase).toBe("up");
      const ready = world.server.state.workers.filter(({ stage }) => stage === "ready");
      expect(ready.map((worker) => worker.number).sort()).toEqual(numbers);
    }),
  );
});
