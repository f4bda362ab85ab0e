import fc from "fast-check";
import { expect, test } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { type ClientRun, ServerInMemory, type WorkerInMemory } from "./server-in-memory.ts";

const task = fc.constantFrom("long", "long", "long", "short", "narrow", "heavy");
const which = fc.nat(1000);
const count = fc.constantFrom(1, 1, 1, 10);

/** What happens to a server. `which` chooses among those that there are. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("send" as const), which, task, count }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("end" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("gone" as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("settle" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("hold" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("let-go" as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill" as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(3000) }) },
);

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

const of = <Item>(items: readonly Item[], index: number): Item | undefined =>
  items[index % items.length];

async function take(server: ServerInMemory, each: Step): Promise<void> {
  if (each.kind === "settle") return await server.settle();
  if (each.kind === "wait") return server.clock.advance(each.ms);
  const worker = of(server.living, each.which) as WorkerInMemory;
  switch (each.kind) {
    case "send":
      for (let sent = 0; sent < each.count; sent++) server.send(worker, each.task);
      break;
    case "end":
      of([...server.computing.values()], each.which)?.end();
      break;
    case "gone":
      of(
        server.runs.filter(({ settled }) => !settled),
        each.which,
      )?.client.abort(goneReason);
      break;
    case "hold":
      worker.hold();
      break;
    case "let-go":
      worker.letGo();
      break;
    case "kill":
      if (server.living.length > 1) worker.kill();
      break;
    case "leave":
      if (server.living.filter(({ isLeaving }) => !isLeaving).length > 1) void worker.leave();
      break;
  }
}

const goneReason = new Error("gone");
const allowed = ["worker-lost", "queue-timeout", "overloaded"];

/** Clients of a worker that died get nothing: their connections are closed. */
const isAnswerable = (server: ServerInMemory, run: ClientRun) =>
  server.living.some(({ number }) => number === run.worker);

/** No worker is free while a run waits that it could carry out. */
function expectNoIdleSlot(server: ServerInMemory): void {
  const free = server.living.filter(
    ({ dispatcher, isLeaving }) => !isLeaving && dispatcher.liveRoom > 0,
  );
  const waiting = server.living.filter(({ dispatcher }) =>
    dispatcher.findToLend(({ task: { name }, offer }) => name === "long" && !offer?.isHome),
  );
  const pairs = waiting.flatMap((one) => free.filter((other) => other !== one));
  expect(pairs.map(({ number }) => number)).toEqual([]);
}

async function check(workers: number, slots: number, steps: readonly Step[]): Promise<void> {
  const server = new ServerInMemory(workers, slots);
  for (const each of steps) {
    await take(server, each);
    for (const { number } of server.living) {
      const running = [...server.computing.values()].filter(({ worker }) => worker === number);
      expect(running.length).toBeLessThanOrEqual(slots);
    }
  }
  for (const worker of server.living) worker.letGo();
  await server.settle();
  expectNoIdleSlot(server);
  while (server.computing.size > 0) {
    for (const { end } of [...server.computing.values()]) end();
    await server.settle();
    expectNoIdleSlot(server);
  }
  for (const run of server.runs) {
    const starts = server.starts.get(run.id) ?? 0;
    expect(starts, "a run is started once at most").toBeLessThanOrEqual(1);
    if (!isAnswerable(server, run)) continue;
    expect(run.settled, `run ${run.id} is answered`).toBeDefined();
    const { outcome, error } = run.settled ?? {};
    if (outcome) expect(starts).toBe(1);
    else if (run.client.aborted) continue;
    else if (error instanceof AppError) expect(allowed).toContain(error.type);
    else throw error;
  }
  for (const { dispatcher } of server.living) {
    expect([dispatcher.running, dispatcher.waiting]).toEqual([0, 0]);
  }
  for (const worker of server.living) {
    const counted = Object.values(worker.counted("manycore_runs_total"));
    const own = server.runs.filter((run) => run.worker === worker.number);
    const sum = counted.reduce((all, count) => all + count, 0);
    expect(sum, `each run of worker ${worker.number} counts once`).toBe(own.length);
  }
}

test("whatever happens, a run is carried out once at most, is answered, and no slot idles beside it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 4 }),
      fc.integer({ min: 1, max: 2 }),
      fc.array(step, { maxLength: 60, size: "max" }),
      check,
    ),
    { numRuns: Number(process.env["HAND_OVERS"] ?? 100) },
  );
});
