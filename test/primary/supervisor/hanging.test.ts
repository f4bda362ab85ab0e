import { describe, expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import { deeds, logs, Supervised } from "./supervised.ts";

const hung = { type: "hung", life: 1 as Life, message: "its loop is held" } as const;

describe("a worker that hangs", () => {
  test("ends by itself and is replaced, and the log has one error with the reason", () => {
    const server = new Supervised().up();
    expect(server.take(hung)).toEqual([]);
    expect(server.state.workers.filter(({ stage }) => stage === "ready")).toHaveLength(1);
    const actions = server.exited(1, null, "SIGKILL");
    expect(deeds(actions)).toEqual(["fork 1"]);
    expect(logs(actions).filter(({ level }) => level === "error")).toMatchObject([
      { message: "worker 1 (pid 100) ended (SIGKILL): its loop is held" },
    ]);
    const next = server.handle(server.lifeIn(1));
    expect(next).toMatchObject({ stage: "booting", endsBecause: undefined });
  });

  test("and does not end by itself is killed", () => {
    const server = new Supervised({ hangTimeoutMs: 3000 }).up();
    server.take(hung);
    expect(server.wakeAt).toBe(server.now + 4000);
    expect(deeds(server.wake())).toEqual(["kill 1"]);
    expect(server.wakeAt).toBeUndefined();
    expect(deeds(server.exited(1, null, "SIGKILL"))).toEqual(["fork 1"]);
  });

  test("finishes what it can when the server is stopped, and the stop is not clean", () => {
    const server = new Supervised().up();
    server.take(hung);
    expect(deeds(server.take({ type: "signal", signal: "SIGTERM" }))).toEqual([
      "stop-accepting",
      "drain 2",
    ]);
    server.exited(2, 0);
    const over = server.exited(1, null, "SIGKILL");
    expect(deeds(over)).toEqual(["exit 1"]);
    expect(logs(over)[0]).toMatchObject({ level: "error", message: /its loop is held$/ });
  });

  test("while it drains does not delay the stop until the drain deadline", () => {
    const server = new Supervised({ hangTimeoutMs: 3000, drainTimeoutMs: 20_000 }).up();
    server.take({ type: "signal", signal: "SIGTERM" });
    server.take(hung);
    expect(deeds(server.wake())).toEqual(["kill 1"]);
    expect(server.wakeAt).toBeGreaterThan(server.now);
  });

  test("while it boots has only its boot deadline", () => {
    const server = new Supervised();
    server.take({ type: "start" });
    const before = server.state;
    server.take(hung);
    server.take({ type: "unwatched", life: 1 as Life });
    expect(server.state).toEqual(before);
  });
});

describe("a worker whose watchdog is gone", () => {
  const unwatched = { type: "unwatched", life: 1 as Life } as const;

  test("is ending as a rule: nothing is logged", () => {
    const server = new Supervised().up();
    expect(server.take(unwatched)).toEqual([]);
    const [, ended] = [server.state, server.exited(1, 0)];
    expect(logs(ended)[0]).toMatchObject({ message: "worker 1 (pid 100) ended (exit code 0)" });
  });

  test("and that has not ended after a while is killed, with the reason", () => {
    const server = new Supervised({ hangTimeoutMs: 3000 }).up();
    server.take(unwatched);
    expect(server.wakeAt).toBe(server.now + 3000);
    expect(deeds(server.wake())).toEqual(["kill 1"]);
    const ended = server.exited(1, null, "SIGKILL");
    expect(logs(ended)[0]?.message).toMatch(/its watchdog had ended, and it had not$/);
  });
});
