import { describe, expect, test } from "vitest";
import type { Envelope } from "../../../src/channel/envelope.ts";
import type { Life } from "../../../src/channel/life.ts";
import { Fleet } from "../../../src/primary/fleet/fleet.ts";
import type { CountedMetric, Series } from "../../../src/telemetry/figures/figures.ts";
import { FleetMember } from "../../../src/worker/fleet-member.ts";
import { stateOf } from "../../helpers/figures.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const server = {
  ...{ version: "1.0.0", node: "v26.0.0", pid: 1, uptimeMs: 5 },
  ...{ mode: "cluster", executor: "inline", workers: 2 },
  process: {
    ...{ cpuMs: 200, rssBytes: 50_000_000, heapUsedBytes: 8_000_000 },
    ...{ startedAt: 1_800_000_000_000, descriptors: { open: 30, most: 1024 } },
  },
};

/** A fleet, and members that speak to it at once. */
class Setting {
  readonly clock = new ManualClock();
  readonly lives = new Map<
    Life,
    { life: Life; number: number; stage: "ready"; pid: number; forkedAt: number }
  >();
  own: readonly CountedMetric[] = [];
  readonly fleet = new Fleet({
    clock: this.clock,
    server: () => server,
    lives: () => [...this.lives.values()],
    ownCounted: () => this.own,
  });

  attach(number: number): Member {
    const life = (this.lives.size + 1) as Life;
    this.lives.set(life, {
      life,
      number,
      stage: "ready",
      pid: 100 + life,
      forkedAt: this.clock.now(),
    });
    return new Member(this, life, number);
  }
}

class Member {
  readonly life: Life;
  busySlots = 0;
  counts: readonly CountedMetric[] = [];
  changes = 0;
  readonly sent: Envelope[] = [];
  readonly end: FleetMember;
  readonly #setting: Setting;

  constructor(setting: Setting, life: Life, number: number) {
    this.life = life;
    this.#setting = setting;
    this.end = new FleetMember({
      clock: setting.clock,
      send: (envelope, onSent) => {
        this.sent.push(envelope);
        // As it crosses: JSON.
        setting.fleet.take(life, JSON.parse(JSON.stringify(envelope)));
        onSent?.();
      },
      state: () => stateOf({ busySlots: this.busySlots }),
      load: () => stateOf({ busySlots: this.busySlots }),
      counting: this,
    });
    setting.fleet.attach(life, number, (envelope) =>
      this.end.take(JSON.parse(JSON.stringify(envelope))),
    );
  }

  counted(): CountedMetric[] {
    return [...this.counts];
  }

  count(...counts: readonly CountedMetric[]): void {
    this.counts = counts;
    this.changes++;
  }

  die(): void {
    this.#setting.fleet.detach(this.life);
    this.#setting.lives.delete(this.life);
  }
}

/** Attempts of a task that succeeded. */
function attempts(task: string, value: number): Series {
  return { labels: [task, "succeeded"], numbers: [value] };
}

function counter(...series: readonly Series[]): CountedMetric {
  return { name: "manycore_job_attempts_total", series };
}

/** How many attempts were counted, by task. */
function byTask([metric]: readonly CountedMetric[]): Record<string, number> {
  return Object.fromEntries(
    metric?.series.map(({ labels: [task], numbers: [value] }) => [task, value]) ?? [],
  );
}

describe("the fleet", () => {
  test("knows a life before it has said anything", async () => {
    const setting = new Setting();
    setting.attach(1);
    setting.clock.advance(40);
    const { workers, server: said, counted } = setting.fleet.figures();
    expect(said).toEqual(server);
    expect(counted).toEqual([]);
    expect(workers).toEqual([
      {
        ...{ worker: 1, life: 1, pid: 101, stage: "ready" },
        ...{ uptimeMs: 40, snapshotAgeMs: null, state: null },
        runs: { ended: 0, refused: 0 },
      },
    ]);
  });

  test("adds up what all lives have counted, by labels", async () => {
    const setting = new Setting();
    const [first, second] = [setting.attach(1), setting.attach(2)];
    first.count(counter(attempts("hash", 3)));
    second.count(counter(attempts("hash", 4), attempts("primes", 1)));
    first.end.push();
    second.end.push();
    const { counted } = setting.fleet.figures();
    expect(byTask(counted)).toEqual({ hash: 7, primes: 1 });
  });

  test("keeps what a life has counted when it is gone, once", async () => {
    const setting = new Setting();
    const first = setting.attach(1);
    first.count(counter(attempts("hash", 3)));
    first.end.push();
    const before = setting.fleet.figures();
    first.die();
    const after = setting.fleet.figures();
    const next = setting.attach(1);
    next.count(counter(attempts("hash", 1)));
    next.end.push();
    const renewed = setting.fleet.figures();
    next.die();
    const last = setting.fleet.figures();
    for (const [figures, hash] of [
      [before, 3],
      [after, 3],
      [renewed, 4],
      [last, 4],
    ] as const) {
      expect(byTask(figures.counted)).toEqual({ hash });
    }
  });

  test("says what each life itself has counted", async () => {
    const setting = new Setting();
    const [first, second] = [setting.attach(1), setting.attach(2)];
    const ended = (outcome: string, value: number) => ({
      labels: ["hash", "inline", "live", outcome],
      numbers: [value],
    });
    const inBuckets = [0.5, 2, 1, ...Array(13).fill(0)];
    const of = { labels: ["hash", "inline", "live"], numbers: inBuckets };
    first.count({ name: "manycore_run_duration_seconds", series: [of, of] });
    second.count({
      name: "manycore_runs_total",
      series: [
        ended("succeeded", 4),
        ended("overloaded", 2),
        ended("queue-timeout", 1),
        ended("task-failed", 8),
      ],
    });
    first.end.push();
    second.end.push();
    const { workers } = setting.fleet.figures();
    expect(workers.map(({ runs }) => runs)).toEqual([
      { ended: 6, refused: 0 },
      { ended: 0, refused: 3 },
    ]);
  });

  test("adds what the primary has counted", async () => {
    const setting = new Setting();
    setting.own = [counter(attempts("of the primary", 2))];
    const { counted } = setting.fleet.figures();
    expect(byTask(counted)).toEqual({ "of the primary": 2 });
  });

  test("says how old the state of a worker is", async () => {
    const setting = new Setting();
    const member = setting.attach(1);
    member.busySlots = 1;
    member.end.beforeHeldLoop(0);
    setting.clock.advance(1700);
    const { workers } = setting.fleet.figures();
    expect(workers[0]).toMatchObject({ snapshotAgeMs: 1700, state: { busySlots: 1 } });
  });

  test("gives each worker the figures of all, its own newest ones included", async () => {
    const setting = new Setting();
    const [first, second] = [setting.attach(1), setting.attach(2)];
    first.count(counter(attempts("hash", 2)));
    first.end.push();
    second.count(counter(attempts("hash", 5)));
    const { counted, workers } = await second.end.figures();
    expect(byTask(counted)).toEqual({ hash: 7 });
    expect(workers.map(({ worker }) => worker)).toEqual([1, 2]);
  });

  test("takes nothing from what a task has forged", async () => {
    const setting = new Setting();
    const member = setting.attach(1);
    member.count(counter(attempts("hash", 1)));
    member.end.push();
    const before = setting.fleet.figures();
    const state = stateOf({});
    const [{ name, series }] = [counter(attempts("hash", 9))];
    const withCounted = (counted: unknown) => ["snapshot", { state, counted }] as const;
    const withState = (state: unknown) => ["snapshot", { state, counted: [] }] as const;
    const forged: readonly (readonly [string, object])[] = [
      withCounted("all"),
      withCounted([null]),
      withCounted([{ name: "toString", series: [] }]),
      withCounted([{ name: "unknown_total", series }]),
      withCounted([{ name, series: [null] }]),
      withCounted([{ name, series: [{ labels: ["hash"], numbers: [1] }] }]),
      withCounted([{ name, series: [{ labels: ["hash", 1], numbers: [1] }] }]),
      withCounted([{ name, series: [{ labels: ["hash", "failed"], numbers: ["1"] }] }]),
      withCounted([{ name, series: [{ labels: ["hash", "failed"], numbers: [1, 2] }] }]),
      withCounted([{ name, series: new Array(30_000).fill(series[0]) }]),
      withCounted(new Array(1000).fill({ name, series })),
      withState(null),
      withState({}),
      withState({ ...state, threads: [{}] }),
      withState({ ...state, loop: { ...state.loop, delayMs: {} } }),
      ["figures", {}],
      ["nothing", {}],
    ];
    for (const [name, args] of forged) {
      setting.fleet.take(member.life, { service: "fleet", items: [{ name, args }] });
    }
    expect(setting.fleet.figures()).toEqual(before);
  });
});
