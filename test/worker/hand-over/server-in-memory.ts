import { z } from "zod";
import type { Envelope } from "../../../src/channel/envelope.ts";
import type { Life } from "../../../src/channel/life.ts";
import { fromWire, toWire } from "../../../src/channel/wire.ts";
import { Dispatcher, type Outcome } from "../../../src/compute/dispatcher.ts";
import type { Executor, Ran, RunEvents } from "../../../src/compute/executor.ts";
import type { ExecutorName } from "../../../src/config/config.ts";
import { HandOverService } from "../../../src/primary/hand-over/hand-over-service.ts";
import { Stop, type StopSignal } from "../../../src/stop.ts";
import { defineTask } from "../../../src/tasks/define.ts";
import type { Task } from "../../../src/tasks/task.ts";
import { Telemetry } from "../../../src/telemetry/events.ts";
import type { Counting } from "../../../src/telemetry/figures/counting.ts";
import type { MetricName } from "../../../src/telemetry/figures/definitions.ts";
import { countWorkerEvents } from "../../../src/telemetry/figures/worker-metrics.ts";
import type { Tracing } from "../../../src/telemetry/tracing/tracing.ts";
import { HandOver } from "../../../src/worker/hand-over.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const schema = z.object({ id: z.number() });

/** Runs of `long` are worth handing over. Those of `short` are not. */
export const tasks = [
  defineTask({ name: "long", input: schema, run: (input) => input }),
  defineTask({ name: "short", input: schema, run: (input) => input }),
  defineTask({ name: "narrow", input: schema, concurrency: 1, run: (input) => input }),
  defineTask({ name: "heavy", input: schema, memoryBytes: 60, run: (input) => input }),
] as unknown as readonly Task[];

const meanMs = new Map([
  ["long", 50],
  ["short", 0.1],
  ["narrow", 50],
  ["heavy", 50],
]);

/** Runs that compute, in any worker: they end when the test wants. */
export interface Computing {
  readonly id: number;
  readonly worker: number;
  end(ranMs?: number): void;
  fail(error: Error): void;
}

export interface Sent {
  /** Who sent it. */
  readonly by?: string;
  readonly mayRepeat?: boolean;
}

/** One run as its client sees it. */
export interface ClientRun {
  readonly id: number;
  readonly task: string;
  readonly worker: number;
  readonly client: Stop;
  readonly sent: Sent;
  settled: { readonly outcome?: Outcome; readonly error?: unknown } | undefined;
}

export interface ServerOptions {
  readonly maxPending?: number;
  readonly tracing?: Tracing;
}

/** Workers and a primary in this process. Only the executor is made for the test: its runs wait for it. */
export class ServerInMemory {
  readonly clock = new ManualClock();
  readonly service = new HandOverService(this.clock);
  readonly workers: WorkerInMemory[] = [];
  readonly computing = new Map<number, Computing>();
  /** How often each run was started. */
  readonly starts = new Map<number, number>();
  readonly runs: ClientRun[] = [];
  /** Envelopes between worker and primary, both ways. */
  messages = 0;
  readonly slots: number;
  readonly maxPending: number;
  readonly tracing: Tracing | undefined;
  #lastId = 0;

  constructor(workers: number, slots = 1, { maxPending = 100, tracing }: ServerOptions = {}) {
    this.slots = slots;
    this.maxPending = maxPending;
    this.tracing = tracing;
    for (let number = 1; number <= workers; number++) this.addWorker(number);
  }

  addWorker(number: number): WorkerInMemory {
    const worker = new WorkerInMemory(this, (this.workers.length + 1) as Life, number);
    this.workers.push(worker);
    return worker;
  }

  get living(): WorkerInMemory[] {
    return this.workers.filter(({ isDead }) => !isDead);
  }

  /** A client sends a request to this worker. */
  send(worker: WorkerInMemory, taskName: string, sent: Sent = {}): ClientRun {
    const client = new Stop();
    const run: ClientRun = {
      ...{ id: ++this.#lastId, task: taskName, worker: worker.number, client, sent },
      settled: undefined,
    };
    this.runs.push(run);
    worker.run(run).then(
      (outcome) => {
        run.settled = { outcome };
      },
      (error: unknown) => {
        run.settled = { error };
      },
    );
    return run;
  }

  /** Lets everything happen that needs little time and no test. */
  async settle(): Promise<void> {
    for (let quiet = 0, seen = -1; quiet < 6; ) {
      await new Promise((resolve) => setImmediate(resolve));
      this.clock.advance(0.5);
      quiet = seen === this.messages ? quiet + 1 : 0;
      seen = this.messages;
    }
  }
}

export class WorkerInMemory {
  readonly number: number;
  readonly life: Life;
  readonly dispatcher: Dispatcher;
  readonly handOver: HandOver;
  readonly telemetry = new Telemetry();
  readonly #counting: Counting;
  isDead = false;
  isLeaving = false;
  /** While it is true, what arrives waits: a run holds the event loop. */
  #held: Envelope[] | undefined;
  readonly #server: ServerInMemory;
  readonly #executor: Executor;

  constructor(server: ServerInMemory, life: Life, number: number) {
    const { clock, slots, service, maxPending, tracing } = server;
    this.#server = server;
    this.number = number;
    this.life = life;
    this.dispatcher = new Dispatcher({
      ...{
        slots,
        memoryBytes: 100,
        maxPending,
        lends: true,
        tracing,
        clock,
        telemetry: this.telemetry,
      },
      ...{ queueTimeoutMs: 10_000, runTimeoutMs: 60_000, hangTimeoutMs: 60_000 },
      onChange: () => this.handOver?.changed(),
      beforeHold: (task) => this.handOver?.beforeHold(task),
    });
    const workers = server.workers;
    this.#executor = new TestExecutor(server, this);
    this.handOver = new HandOver({
      ...{ dispatcher: this.dispatcher, telemetry: this.telemetry, clock, slots },
      tasks: { get: (name) => tasks.find((task) => task.name === name) },
      executors: new Map<ExecutorName, Executor>([["inline", this.#executor]]),
      place: { worker: number, pid: 1000 + number },
      workers: {
        get ready() {
          return workers.filter(({ isDead }) => !isDead).length;
        },
      },
      send: (envelope, onSent) => this.#post(envelope, onSent, (it) => service.take(life, it)),
    });
    service.attach(life, number, (envelope, onSent) =>
      this.#post(envelope, onSent, (it) => this.#arrive(it)),
    );
    for (const [task, heldMs] of meanMs) this.#learn(task, heldMs);
    this.#counting = countWorkerEvents(this.telemetry, number);
    this.handOver.join();
  }

  /** What it has counted under this name, by labels. */
  counted(name: MetricName): Record<string, number> {
    const series = this.#counting.counted().find((metric) => metric.name === name)?.series ?? [];
    return Object.fromEntries(series.map(({ labels, numbers: [n = 0] }) => [labels.join(" "), n]));
  }

  run(run: ClientRun): Promise<Outcome> {
    const input = { id: run.id };
    const task = tasks.find(({ name }) => name === run.task);
    if (!task) throw new Error(`no task ${run.task}`);
    const of = { task, input, executor: this.#executor, lane: "live", signal: run.client } as const;
    const { by = "any", mayRepeat = false } = run.sent;
    const sent = { input, bytes: 10, mayRepeat };
    return this.dispatcher.run({ ...of, sent, client: () => by });
  }

  /** Its event loop is held: it hears nothing. */
  hold(): void {
    this.#held ??= [];
  }

  letGo(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const envelope of held) this.handOver.take(envelope);
  }

  leave(): Promise<void> {
    this.isLeaving = true;
    return this.handOver.leave();
  }

  kill(): void {
    this.isDead = true;
    for (const [id, { worker }] of this.#server.computing) {
      if (worker === this.number) this.#server.computing.delete(id);
    }
    setImmediate(() => this.#server.service.detach(this.life)); // After its last messages.
  }

  #learn(task: string, heldMs: number): void {
    const of = { task, lane: "live", executor: "inline", queuedMs: 0, heldMs } as const;
    this.telemetry.emit("run.ended", {
      ...of,
      run: { job: undefined, attempt: undefined },
      ...{ ranMs: heldMs, thread: null, cpuMs: null },
      outcome: "succeeded",
      isBorrowed: false,
    });
  }

  /** As a pipe between two processes: a copy, later. */
  #post(envelope: Envelope, onSent: (() => void) | undefined, take: (it: Envelope) => void): void {
    if (this.isDead) return;
    this.#server.messages++;
    const copy = fromWire(structuredClone(toWire(envelope)));
    setImmediate(() => {
      onSent?.();
      if (copy) take(copy);
    });
  }

  #arrive(envelope: Envelope): void {
    if (this.isDead) return;
    if (this.#held) this.#held.push(envelope);
    else this.handOver.take(envelope);
  }
}

/** An asynchronous run on the event loop, which goes on until the test ends it. */
class TestExecutor implements Executor {
  readonly name = "inline";
  readonly canInterrupt = false;
  readonly sharesLoop = true;
  readonly #server: ServerInMemory;
  readonly #worker: WorkerInMemory;

  constructor(server: ServerInMemory, worker: WorkerInMemory) {
    this.#server = server;
    this.#worker = worker;
  }

  refusal(): undefined {}

  async run(_task: Task, input: unknown, _signal: StopSignal, events: RunEvents): Promise<Ran> {
    const { id } = input as { id: number };
    const { computing, starts } = this.#server;
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#worker.isDead) return new Promise(() => {});
    events.onStart();
    events.onReturn?.(true);
    starts.set(id, (starts.get(id) ?? 0) + 1);
    const { promise, resolve, reject } = Promise.withResolvers<Ran>();
    const result = { id };
    computing.set(id, {
      ...{ id, worker: this.#worker.number },
      end: (ranMs = 50) => {
        computing.delete(id);
        resolve({ result, ranMs, cpuMs: ranMs, thread: null });
      },
      fail: (error) => {
        computing.delete(id);
        reject(error);
      },
    });
    return promise;
  }

  async close(): Promise<void> {}
}
