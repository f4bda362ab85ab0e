import { expect, test } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { receiveOutput } from "../../../src/tasks/output/received.ts";
import { type ClientRun, ServerInMemory, tasks, type WorkerInMemory } from "./server-in-memory.ts";

/** Where each run computes, by its number. */
const places = ({ computing }: ServerInMemory) =>
  Object.fromEntries([...computing.values()].map(({ id, worker }) => [id, worker]));

function serverOf(count: number, slots = 1) {
  const server = new ServerInMemory(count, slots);
  const worker = (number: number) => server.workers[number - 1] as WorkerInMemory;
  const send = (number: number, runs: number, task = "long") =>
    Array.from({ length: runs }, () => server.send(worker(number), task));
  return { server, worker, send };
}

const problemOf = (run: ClientRun | undefined) => {
  const error = run?.settled?.error;
  return error instanceof AppError ? error.type : error;
};

test("runs that wait in one worker compute in those that are free", async () => {
  const { server, send } = serverOf(4);
  send(1, 4);
  await server.settle();
  expect(new Set(Object.values(places(server)))).toEqual(new Set([1, 2, 3, 4]));
  for (const computing of [...server.computing.values()]) computing.end();
  await server.settle();
  for (const { settled, worker } of server.runs) {
    const { outcome } = settled ?? {};
    if (!outcome) throw settled?.error;
    const { ranIn } = outcome;
    expect(ranIn === undefined || ranIn.pid === 1000 + ranIn.worker).toBe(true);
    expect(ranIn?.worker).not.toBe(worker);
  }
  const [, second] = server.runs;
  const { result } = second?.settled?.outcome ?? {};
  const [long] = tasks;
  expect(long && receiveOutput(long, result)).toEqual({ id: 2 });
});

test("short runs stay where they are, and cost no message", async () => {
  const { server, send } = serverOf(3);
  await server.settle();
  const joined = server.messages;
  send(1, 5, "short");
  await server.settle();
  expect(places(server)).toEqual({ 1: 1 });
  expect(server.messages).toBe(joined);
});

test("what lies ready goes on at once while the lender's event loop is held", async () => {
  const { server, worker, send } = serverOf(2);
  send(1, 8);
  await server.settle();
  expect(places(server)).toEqual({ 1: 1, 2: 2 });
  worker(1).hold();
  for (const [ended, next] of [
    [2, 3],
    [3, 4],
  ]) {
    server.computing.get(ended as number)?.end();
    await server.settle();
    expect(places(server)).toEqual({ 1: 1, [next as number]: 2 });
  }
  expect(server.runs.filter(({ settled }) => settled)).toEqual([]);
  worker(1).letGo();
  await server.settle();
  expect(server.runs.filter(({ settled }) => settled).map(({ id }) => id)).toEqual([2, 3]);
});

test("where all workers have runs that wait, nothing is handed over and nothing is said", async () => {
  const { server, send } = serverOf(3);
  for (const number of [1, 2, 3]) send(number, 40);
  await server.settle();
  const before = server.messages;
  for (let ended = 0; ended < 60; ended++) {
    [...server.computing.values()][0]?.end();
    await server.settle();
    server.clock.advance(10);
    await server.settle();
  }
  expect(server.messages - before).toBe(0);
  expect(new Set(server.starts.values())).toEqual(new Set([1]));
  const ended = server.runs.filter(({ settled }) => settled);
  expect(ended).toHaveLength(60);
  // First come, first served, in each worker.
  for (const number of [1, 2, 3]) {
    const own = server.runs.filter(({ worker }) => worker === number);
    const firstUnsettled = own.findIndex(({ settled }) => !settled);
    expect(own.slice(firstUnsettled).some(({ settled }) => settled)).toBe(false);
  }
});

test("a worker that becomes free while all others have runs that wait gets some of them", async () => {
  const { server, send } = serverOf(3);
  for (const number of [1, 2]) send(number, 20);
  send(3, 5);
  await server.settle();
  const end = (worker: number) => {
    const [one] = [...server.computing.values()].filter((each) => each.worker === worker);
    one?.end();
  };
  for (let ended = 0; ended < 5; ended++) {
    end(3);
    await server.settle();
  }
  expect(Object.values(places(server)).sort()).toEqual([1, 2, 3]);
  const third = [...server.computing.values()].find(({ worker }) => worker === 3);
  expect(server.runs.find(({ id }) => id === third?.id)?.worker).not.toBe(3);
});

test("a client that leaves takes its run along, wherever it waits", async () => {
  const { server, send } = serverOf(2);
  const [, , third, fourth] = send(1, 4);
  await server.settle();
  const gone = new Error("gone");
  third?.client.abort(gone);
  await server.settle();
  expect(third?.settled?.error).toBe(gone);
  server.computing.get(2)?.end();
  await server.settle();
  expect(places(server)).toEqual({ 1: 1, 4: 2 });
  fourth?.client.abort(gone);
  await server.settle();
  expect(fourth?.settled?.error).toBe(gone);
  server.computing.get(4)?.end();
  await server.settle();
  expect(server.starts.get(3)).toBeUndefined();
});

test("a run that has waited for too long is refused, wherever it waits", async () => {
  const { server, send } = serverOf(2);
  send(1, 4);
  await server.settle();
  server.clock.advance(10_000);
  await server.settle();
  expect(server.runs.map(problemOf)).toEqual([
    undefined,
    undefined,
    "queue-timeout",
    "queue-timeout",
  ]);
});

test("the time that a run has waited goes along", async () => {
  const { server, send } = serverOf(2);
  send(2, 1);
  send(1, 2);
  await server.settle();
  server.clock.advance(300);
  server.computing.get(1)?.end();
  await server.settle();
  expect(places(server)).toEqual({ 2: 1, 3: 2 });
  server.computing.get(3)?.end();
  await server.settle();
  const { queuedMs, ranIn } = server.runs[2]?.settled?.outcome ?? {};
  expect(ranIn?.worker).toBe(2);
  expect(Math.round((queuedMs ?? 0) / 100)).toBe(3);
});

test("the errors of a task come back, with what the log is to have", async () => {
  const { server, send } = serverOf(2);
  const [, second] = send(1, 2);
  await server.settle();
  const cause = new TypeError("secret path");
  const options = { cause, code: "no-model", logged: "failed: secret path" };
  server.computing.get(2)?.fail(new AppError("task-failed", "failed", options));
  await server.settle();
  const error = second?.settled?.error;
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ type: "task-failed", detail: "failed", code: "no-model" });
  expect(error).toMatchObject({ loggedDetail: "failed: secret path" });
  expect((error as AppError).cause).toMatchObject({ message: "secret path", stack: cause.stack });
});

test("if the borrower dies in the middle of a run, the run is lost", async () => {
  const { server, worker, send } = serverOf(2);
  const [, second] = send(1, 2);
  await server.settle();
  worker(2).kill();
  await server.settle();
  expect(problemOf(second)).toBe("worker-lost");
});

test("if it dies before the run has started, the run waits at home again, and stays", async () => {
  const { server, worker, send } = serverOf(3);
  worker(3).hold(); // It is told of nothing.
  worker(2).hold();
  const [, second] = send(1, 2);
  await server.settle();
  expect(places(server)).toEqual({ 1: 1 });
  worker(2).letGo();
  worker(2).hold();
  await server.settle();
  worker(2).kill();
  await server.settle();
  server.computing.get(1)?.end();
  await server.settle();
  worker(3).letGo();
  await server.settle();
  expect(places(server)).toEqual({ 2: 1 });
  server.computing.get(2)?.end();
  await server.settle();
  expect(second?.settled?.outcome?.ranIn).toBeUndefined();
});

test("if the lender dies, its runs are dropped, and those that wait do not run", async () => {
  const { server, worker, send } = serverOf(2);
  send(1, 5);
  await server.settle();
  worker(1).kill();
  await server.settle();
  server.computing.get(2)?.end();
  await server.settle();
  expect(places(server)).toEqual({});
  send(2, 1);
  await server.settle();
  expect(Object.values(places(server))).toEqual([2]);
});

test("a worker that leaves ends what it has borrowed, and borrows no more", async () => {
  const { server, worker, send } = serverOf(2);
  send(1, 4);
  await server.settle();
  let hasLeft = false;
  const leaving = worker(2)
    .leave()
    .then(() => {
      hasLeft = true;
    });
  await server.settle();
  expect(hasLeft).toBe(false);
  server.computing.get(2)?.end();
  await leaving;
  await server.settle();
  expect(server.runs[1]?.settled?.outcome?.ranIn?.worker).toBe(2);
  expect(places(server)).toEqual({ 1: 1 });
});

test("a worker that leaves may still lend", async () => {
  const { server, worker, send } = serverOf(2);
  send(1, 3);
  const left = worker(1).leave();
  await server.settle();
  expect(places(server)).toEqual({ 1: 1, 2: 2 });
  await left;
});

test("the limit of a task holds in the worker that borrows", async () => {
  const { server, send } = serverOf(2, 2);
  send(2, 1, "narrow");
  send(1, 4, "narrow");
  await server.settle();
  const placed = Object.values(places(server)).sort();
  expect(placed).toEqual([1, 2]);
});

test("a run that does not fit into the memory of the borrower comes back, and stays", async () => {
  const { server, send } = serverOf(2, 2);
  send(2, 1, "heavy");
  send(1, 2, "heavy");
  await server.settle();
  expect(places(server)).toEqual({ 1: 2, 2: 1 });
  server.computing.get(2)?.end();
  await server.settle();
  expect(places(server)).toEqual({ 1: 2, 3: 1 });
});

test("the borrower's own live runs go first", async () => {
  const { server, worker, send } = serverOf(2);
  worker(2).hold();
  send(1, 2);
  await server.settle();
  worker(2).letGo();
  const [own] = send(2, 1); // Both come in the same turn.
  await server.settle();
  expect(places(server)[own?.id as number]).toBe(2);
});

test("when nobody has lent anything for a while, nobody tells how it stands", async () => {
  const { server, send } = serverOf(2);
  send(1, 2);
  await server.settle();
  for (const id of [1, 2]) server.computing.get(id)?.end();
  await server.settle();
  server.clock.advance(2000);
  await server.settle();
  const before = server.messages;
  for (const number of [1, 2]) {
    const [run] = send(number, 1);
    await server.settle();
    server.computing.get(run?.id as number)?.end();
    await server.settle();
  }
  expect(server.messages).toBe(before);
  expect(server.clock.pending).toBe(0);
});
