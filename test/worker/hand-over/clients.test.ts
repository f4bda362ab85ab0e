/** Turns, bounds and deadlines of runs that wait elsewhere. */
import { expect, test } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { ServerInMemory, type ServerOptions, type WorkerInMemory } from "./server-in-memory.ts";

function serverOf(options: ServerOptions = {}) {
  const server = new ServerInMemory(2, 1, options);
  const [one, two] = server.workers as [WorkerInMemory, WorkerInMemory];
  const names = new Map<number, string>();
  /** A run named `a1` is one of client a. */
  const send = (list: string) => {
    for (const name of list.split(" ")) {
      names.set(server.send(one, "long", { by: name.slice(0, 1) }).id, name);
    }
  };
  const computing = (worker: number) =>
    [...server.computing.values()].find((each) => each.worker === worker);
  const end = async (worker: number) => {
    computing(worker)?.end();
    await server.settle();
  };
  const nameAt = (worker: number) => names.get(computing(worker)?.id ?? 0);
  const problems = () =>
    server.runs.flatMap(({ id, settled }) =>
      settled?.error instanceof AppError ? [`${names.get(id)} ${settled.error.type}`] : [],
    );
  return { server, one, two, send, end, nameAt, problems };
}

test("runs that come back have the turns that they had", async () => {
  const { server, two, send, end, nameAt } = serverOf();
  send("a1 a2 a3 a4 b1 b2");
  await server.settle();
  expect([nameAt(1), nameAt(2)]).toEqual(["a1", "a2"]);
  for (let own = 0; own < 9; own++) server.send(two, "long");
  await server.settle(); // What lay in the primary is back, since nobody is free for it.
  expect(two.dispatcher.waitingLive).toBe(9);
  const order: (string | undefined)[] = [];
  for (let ended = 0; ended < 4; ended++) {
    await end(1);
    order.push(nameAt(1));
  }
  expect(order).toEqual(["b1", "a3", "b2", "a4"]);
});

test("a turn that was taken in another worker is over", async () => {
  const { server, send, end, nameAt } = serverOf();
  send("a1 a2 a3 a4 a5 a6 a7 a8 a9");
  await server.settle();
  for (let ended = 0; ended < 3; ended++) await end(2);
  expect(nameAt(2)).toBe("a5");
  send("b1 b2 b3 b4 b5");
  await server.settle();
  const order: (string | undefined)[] = [];
  for (let ended = 0; ended < 6; ended++) {
    await end(2);
    order.push(nameAt(2));
  }
  // What lies in the primary goes first. Client b has the turns of a5, a6, a7, and then that of a8.
  expect(order).toEqual(["a6", "a7", "b1", "b2", "b3", "a8"]);
});

test("a run that waits elsewhere counts in --max-pending, and gives way as at home", async () => {
  const { server, send, problems } = serverOf({ maxPending: 3 });
  send("a1 a2 a3 a4 a5");
  await server.settle();
  expect(problems()).toEqual(["a5 overloaded"]);
  send("b1");
  await server.settle();
  expect(problems()).toEqual(["a4 overloaded", "a5 overloaded"]);
  send("b2 b3");
  await server.settle();
  expect(problems()).toContain("b3 overloaded");
});

test("the wait elsewhere counts in --queue-timeout", async () => {
  const { server, two, send, problems } = serverOf();
  send("a1 a2 a3");
  await server.settle();
  server.clock.advance(6000);
  for (let own = 0; own < 9; own++) server.send(two, "long");
  await server.settle(); // a3 is back.
  server.clock.advance(3900);
  await server.settle();
  expect(problems()).toEqual([]);
  server.clock.advance(100);
  await server.settle();
  expect(problems()).toEqual(["a3 queue-timeout"]);
});

test("a worker that has not started what it got in time must not start it any more", async () => {
  const { server, one, two, send, end, problems } = serverOf();
  send("a1 a2");
  await server.settle();
  await end(2);
  two.hold(); // A run of its own holds its event loop, before it could tell.
  send("a3");
  await server.settle();
  server.clock.advance(10_000);
  await server.settle();
  expect(problems()).toEqual(["a3 queue-timeout"]);
  two.letGo();
  await server.settle();
  await end(1);
  expect(server.starts.get(3)).toBeUndefined();
  expect(one.counted("manycore_runs_lent_total")).toEqual({ "1 long ran": 1, "1 long late": 1 });
  send("a4 a5");
  await server.settle();
  expect(server.computing.size).toBe(2);
});
