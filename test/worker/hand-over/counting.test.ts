import { expect, test } from "vitest";
import { AppError } from "../../../src/errors.ts";
import { ServerInMemory, type WorkerInMemory } from "./server-in-memory.ts";

function serverOf(count: number) {
  const server = new ServerInMemory(count);
  const [one, two] = server.workers as [WorkerInMemory, WorkerInMemory];
  const send = (runs: number, task = "long") =>
    Array.from({ length: runs }, () => server.send(one, task));
  return { server, one, two, send };
}

const runs = "manycore_runs_total";
const lent = "manycore_runs_lent_total";
const borrowed = "manycore_runs_borrowed_total";

test("a run that another worker carried out counts once, where its client is", async () => {
  const { server, one, two, send } = serverOf(2);
  send(2);
  await server.settle();
  server.computing.get(1)?.end();
  server.computing.get(2)?.fail(new AppError("task-failed", "failed"));
  await server.settle();
  expect(one.counted(runs)).toEqual({
    ...{ "long inline live succeeded": 1, "long inline live task-failed": 1 },
  });
  expect(two.counted(runs)).toEqual({});
  expect(one.counted(lent)).toEqual({ "1 long ran": 1 });
  expect(two.counted(borrowed)).toEqual({ "2 long task-failed": 1 });
});

test("a run that the borrower refuses was refused to nobody", async () => {
  const { server, one, two, send } = serverOf(2);
  two.hold();
  send(2);
  await server.settle();
  two.letGo();
  server.send(two, "long"); // Its own run goes first.
  await server.settle();
  for (const { end } of [...server.computing.values()]) end();
  await server.settle();
  server.computing.get(2)?.end();
  await server.settle();
  expect(one.counted(runs)).toEqual({ "long inline live succeeded": 2 });
  expect(two.counted(runs)).toEqual({ "long inline live succeeded": 1 });
});

test("a client that leaves counts once, whether or not its run has started elsewhere", async () => {
  const { server, one, two, send } = serverOf(2);
  const [, second, third] = send(3);
  await server.settle();
  const gone = new Error("gone");
  second?.client.abort(gone);
  third?.client.abort(gone);
  await server.settle();
  for (const { end } of [...server.computing.values()]) end();
  await server.settle();
  expect(one.counted(runs)).toEqual({
    ...{ "long inline live succeeded": 1, "long inline live cancelled": 2 },
  });
  expect(one.counted(lent)).toEqual({ "1 long dropped": 2 });
  expect(two.counted(runs)).toEqual({});
});

test.each([
  { mayRepeat: true, type: "run-lost", retryAfter: "1" },
  { mayRepeat: false, type: "worker-lost", retryAfter: undefined },
])(
  "a run that is lost with its borrower counts as $type",
  async ({ mayRepeat, type, retryAfter }) => {
    const { server, one, two, send } = serverOf(2);
    send(1);
    const lost = server.send(one, "long", { mayRepeat });
    await server.settle();
    two.kill();
    await server.settle();
    const error = lost.settled?.error as AppError;
    expect([error.type, error.headers["Retry-After"]]).toEqual([type, retryAfter]);
    expect(one.counted(runs)).toEqual({ [`long inline live ${type}`]: 1 });
    expect(one.counted(lent)).toEqual({ "1 long lost": 1 });
  },
);
