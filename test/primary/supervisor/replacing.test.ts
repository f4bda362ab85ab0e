import { describe, expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import type { SupervisorAction } from "../../../src/primary/supervisor/supervision.ts";
import { deeds, logs, Supervised } from "./supervised.ts";

function worn(server: Supervised, number: number): SupervisorAction[] {
  return server.take({ type: "worn", life: server.lifeIn(number), reason: "runs" });
}

function exits(server: Supervised, life: number, code: number | null = 0): SupervisorAction[] {
  const signal = code === null ? "SIGKILL" : null;
  return server.take({ type: "exited", life: life as Life, code, signal, hadJob: false });
}

function reasons(actions: readonly SupervisorAction[]): unknown[] {
  return actions.flatMap((action) =>
    action.type === "emit" && action.name === "worker.ended" ? [action.event.reason] : [],
  );
}

describe("a worker that has had enough", () => {
  test("serves until a new one is ready, then drains", () => {
    const server = new Supervised().up();
    const told = worn(server, 1);
    expect(deeds(told)).toEqual(["fork 1"]);
    expect(logs(told)[0]).toMatchObject({
      level: "info",
      message: "worker 1 (pid 100) is to be replaced: it has done as many runs as --max-runs",
    });
    expect(deeds(server.ready(1))).toEqual(["drain 1"]);
    const ended = exits(server, 1);
    expect([deeds(ended), reasons(ended)]).toEqual([[], ["runs"]]);
  });

  test("waits for its turn: one is replaced after the other", () => {
    const server = new Supervised().up();
    expect(deeds([...worn(server, 1), ...worn(server, 2), ...worn(server, 2)])).toEqual(["fork 1"]);
    expect(deeds(server.ready(1))).toEqual(["drain 1", "fork 2"]);
    expect(deeds(server.ready(2))).toEqual(["drain 2"]);
    expect(server.wakeAt).toBeDefined(); // The time by which they must have drained.
  });

  test("goes on if its replacement cannot boot, and is tried again later", () => {
    const server = new Supervised().up();
    worn(server, 1);
    const failed = server.bootFailed(1, "no memory");
    expect(deeds(failed)).toEqual(["kill 3"]);
    expect(logs(failed)[0]).toMatchObject({
      level: "error",
      message: "Not replaced, worker 1 (pid 100) goes on: no memory",
    });
    const ended = exits(server, 3, null);
    expect([deeds(ended), reasons(ended)]).toEqual([[], ["not-ready"]]);
    server.now += 29_000;
    expect(deeds(server.take({ type: "wake" }))).toEqual([]);
    expect(deeds(server.wake())).toEqual(["fork 1"]);
  });

  test("that dies meanwhile leaves its place to the new one", () => {
    const server = new Supervised().up();
    worn(server, 1);
    const died = exits(server, 1, null);
    expect([deeds(died), reasons(died)]).toEqual([[], ["crashed"]]);
    expect(deeds(server.ready(1))).toEqual([]);
  });

  test("is taken along by a roll", () => {
    const server = new Supervised().up();
    worn(server, 2);
    expect(deeds(server.take({ type: "roll" }))).toEqual(["kill 3", "fork 1"]);
    expect(deeds(server.ready(1))).toEqual(["drain 1", "fork 2"]);
    expect(deeds(server.ready(2))).toEqual(["drain 2", "rolled"]);
    expect(reasons(exits(server, 2))).toEqual(["reloaded"]);
  });

  test("among the new ones of a roll waits for the end of the roll", () => {
    const server = new Supervised().up();
    server.take({ type: "roll" });
    server.ready(1);
    expect(deeds(worn(server, 1))).toEqual([]);
    expect(deeds(server.ready(2))).toEqual(["drain 2", "rolled", "fork 1"]);
  });
});

test("what ends while it boots, or already leaves, is not replaced again", () => {
  const server = new Supervised();
  server.take({ type: "start" });
  expect(deeds(worn(server, 1))).toEqual([]);
  server.ready(1);
  server.ready(2);
  server.take({ type: "hung", life: server.lifeIn(2), message: "held" });
  expect(deeds(worn(server, 2))).toEqual([]);
});

describe("why a worker ended", () => {
  test("nothing asked for it", () => {
    const server = new Supervised().up();
    expect(reasons(server.exited(1, 7))).toEqual(["crashed"]);
  });

  test("a run in it does not end", () => {
    const server = new Supervised().up();
    server.take({ type: "hung", life: server.lifeIn(1), message: "held" });
    expect(reasons(server.exited(1, null, "SIGKILL"))).toEqual(["hung"]);
  });

  test("it could not boot", () => {
    const server = new Supervised().up();
    server.exited(1, 1);
    expect(reasons(server.exited(1, 1))).toEqual(["not-ready"]);
  });

  test("the server stops: by a drain, by a kill, or with a crash", () => {
    const server = new Supervised({ workers: 3 }).up();
    server.take({ type: "signal", signal: "SIGTERM" });
    expect(reasons([...server.exited(1, 0), ...server.exited(2, 139)])).toEqual([
      "stopped",
      "crashed",
    ]);
    server.wake();
    expect(reasons(server.exited(3, null, "SIGKILL"))).toEqual(["stopped"]);
  });

  test("it crashed while it drained", () => {
    const server = new Supervised().up();
    server.take({ type: "roll" });
    server.ready(1);
    expect(reasons(exits(server, 1, 3))).toEqual(["crashed"]);
  });
});
