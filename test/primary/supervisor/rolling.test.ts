import { describe, expect, test } from "vitest";
import type { SupervisorAction } from "../../../src/primary/supervisor/supervision.ts";
import { deeds, logs, Supervised } from "./supervised.ts";

/** Two workers, lives 1 and 2. */
function rolling(): Supervised {
  const server = new Supervised().up();
  server.take({ type: "roll" });
  return server;
}

function ended(actions: readonly SupervisorAction[]) {
  return actions.flatMap((action) => (action.type === "rolled" ? [action.error ?? "done"] : []));
}

function exits(server: Supervised, life: number, code: number | null = 0): SupervisorAction[] {
  const signal = code === null ? "SIGKILL" : null;
  return server.take({ type: "exited", life: life as never, code, signal, hadJob: false });
}

describe("a roll", () => {
  test("replaces one place after the other: the old life drains when the new one is ready", () => {
    const server = new Supervised().up();
    expect(deeds(server.take({ type: "roll" }))).toEqual(["fork 1"]);
    server.now += 300;
    expect(deeds(server.ready(1))).toEqual(["drain 1", "fork 2"]);
    const last = server.ready(2);
    expect(deeds(last)).toEqual(["drain 2", "rolled"]);
    expect(last).toContainEqual({ type: "rolled", error: undefined, tookMs: 300 });
    expect(server.state.roll).toBeUndefined();
  });

  test("is no news of the workers: nobody has to look at their ends", () => {
    const server = rolling();
    const all = [...server.ready(1), ...exits(server, 1), ...server.ready(2), ...exits(server, 2)];
    expect(logs(all).filter(({ level }) => level !== "debug")).toEqual([]);
    expect(server.state.workers.map(({ life }) => life)).toEqual([3, 4]);
  });

  test("before the server is up waits for that", () => {
    const server = new Supervised();
    server.take({ type: "start" });
    expect(deeds(server.take({ type: "roll" }))).toEqual([]);
    server.ready(1);
    expect(deeds(server.ready(2))).toEqual(["announce", "fork 1"]);
  });

  test("kills an old life that does not drain in time", () => {
    const server = rolling();
    server.ready(1);
    server.ready(2);
    server.now += server.settings.drainTimeoutMs;
    expect(deeds(server.wake())).toEqual(["kill 1", "kill 2"]);
    expect(logs(exits(server, 1, null))[0]?.message).toContain("it had not drained within");
    expect(server.wakeAt).toBeUndefined();
  });

  test("begins again at another one: what boots is killed, and its end is no failure", () => {
    const server = rolling();
    const again = server.take({ type: "roll" });
    expect(deeds(again)).toEqual(["kill 3", "fork 1"]);
    expect(ended(exits(server, 3, null))).toEqual([]);
    expect(deeds(server.ready(1))).toEqual(["drain 1", "fork 2"]);
    expect(deeds(server.take({ type: "roll" }))).toEqual(["kill 5", "fork 2"]);
    expect(deeds(server.ready(2))).toEqual(["drain 2", "fork 1"]);
    expect(deeds(server.ready(1))).toEqual(["drain 4", "rolled"]);
    expect(server.state.workers.map(({ stage }) => stage)).toEqual([
      ...["leaving", "leaving", "leaving", "leaving", "ready", "ready"],
    ]);
  });

  test("fills at once a place that waits after a crash", () => {
    const server = new Supervised({ random: () => 0.999 }).up();
    server.exited(1, 1);
    server.exited(1, 1);
    expect(server.state.places[0]?.forkAt).toBeGreaterThan(server.now);
    expect(deeds(server.take({ type: "roll" }))).toEqual(["fork 1"]);
    expect(deeds(server.ready(1))).toEqual(["fork 2"]);
    expect(deeds(server.ready(2))).toEqual(["drain 2", "rolled"]);
  });

  test("means nothing to a server that stops", () => {
    const server = new Supervised().up();
    server.take({ type: "signal", signal: "SIGTERM" });
    expect(deeds(server.take({ type: "roll" }))).toEqual([]);
  });
});

describe("a new life that cannot boot ends the roll, and the old ones go on", () => {
  test("because it says so", () => {
    const server = rolling();
    const failed = server.bootFailed(1, "Task file a.ts is broken");
    expect([deeds(failed), ended(failed)]).toEqual([
      ["rolled", "kill 3"],
      ["Task file a.ts is broken"],
    ]);
    const after = exits(server, 3, 1);
    expect([deeds(after), ended(after)]).toEqual([[], []]);
    expect(logs([...failed, ...after]).filter(({ level }) => level !== "debug")).toEqual([]);
    expect(server.state.workers.map(({ life, stage }) => [life, stage])).toEqual([
      ...[
        [1, "ready"],
        [2, "ready"],
      ],
    ]);
    expect(deeds(server.take({ type: "roll" }))).toEqual(["fork 1"]);
  });

  test("in a place that was added meanwhile, or was empty: it is tried again", () => {
    const server = rolling();
    server.take({ type: "resize", workers: 3 });
    const failed = server.bootFailed(3, "Task file a.ts is broken");
    expect(ended(failed)).toEqual(["Task file a.ts is broken"]);
    // Nobody needs what boots to replace the first life.
    expect(deeds(failed)).toEqual(["rolled", "kill 3", "kill 4"]);
    exits(server, 3, null);
    expect(deeds(exits(server, 4, 1))).toEqual(["fork 3"]);
    expect(server.state.roll).toBeUndefined();
    expect(server.state.workers.map(({ life }) => life)).toEqual([1, 2, 5]);
  });

  test("because it ends", () => {
    const server = rolling();
    const failed = exits(server, 3, 7);
    expect(ended(failed)).toEqual([expect.stringContaining("before it was ready (exit code 7)")]);
    expect(deeds(failed)).toEqual(["rolled"]);
  });

  test("because it is not ready in time", () => {
    const server = rolling();
    expect(ended(server.wake())).toEqual([expect.stringContaining("was not ready within 10s")]);
    expect(deeds(exits(server, 3, null))).toEqual([]);
  });

  test("in the second place: the first one keeps its new life", () => {
    const server = rolling();
    server.ready(1);
    expect(ended(server.bootFailed(2, "no luck"))).toEqual(["no luck"]);
    exits(server, 4, 1);
    exits(server, 1);
    expect(server.state.workers.map(({ life }) => life)).toEqual([2, 3]);
  });
});

test("an old life that dies during the roll leaves its place to the new one", () => {
  const server = rolling();
  expect(deeds(exits(server, 1, 1))).toEqual([]);
  expect(deeds(server.ready(1))).toEqual(["fork 2"]);
  expect(deeds(exits(server, 2, 1))).toEqual([]);
  expect(deeds(server.ready(2))).toEqual(["rolled"]);
});

test("a stop during a roll lets the retired life drain, and kills what boots", () => {
  const server = rolling();
  server.ready(1);
  expect(deeds(server.take({ type: "signal", signal: "SIGTERM" }))).toEqual([
    ...["stop-accepting", "drain 2", "drain 3", "kill 4"],
  ]);
});
