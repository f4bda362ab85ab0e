import { describe, expect, test } from "vitest";
import { deeds, logs, Supervised } from "./supervised.ts";

const sigint = { type: "signal", signal: "SIGINT" } as const;
const sigterm = { type: "signal", signal: "SIGTERM" } as const;
const sighup = { type: "signal", signal: "SIGHUP" } as const;

describe("a first signal", () => {
  test.each([sigint, sigterm, sighup])(
    "%s tells each worker to drain; exit 0 when all are gone",
    (signal) => {
      const server = new Supervised().up();
      expect(deeds(server.take(signal))).toEqual(["stop-accepting", "drain 1", "drain 2"]);
      expect(deeds(server.exited(1, 0))).toEqual([]);
      expect(deeds(server.exited(2, 0))).toEqual(["exit 0"]);
      expect(server.wakeAt).toBeUndefined();
    },
  );

  test("a worker that fails while it drains is not replaced, and is logged", () => {
    const server = new Supervised().up();
    server.take(sigterm);
    const actions = server.exited(1, 1);
    expect(deeds(actions)).toEqual([]);
    expect(logs(actions)[0]).toMatchObject({ level: "warn", fields: { code: 1 } });
    expect(deeds(server.exited(2, 0))).toEqual(["exit 1"]);
  });

  test("before the start there is nothing to wait for", () => {
    const server = new Supervised();
    expect(deeds(server.take(sigint))).toEqual(["stop-accepting", "exit 0"]);
    expect(server.take({ type: "start" })).toEqual([]);
  });

  test("during boot: a ready worker drains, the others are killed", () => {
    const server = new Supervised();
    server.take({ type: "start" });
    server.ready(1);
    expect(deeds(server.take(sigterm))).toEqual(["stop-accepting", "drain 1", "kill 2"]);
    const actions = server.exited(2, null, "SIGKILL");
    expect(logs(actions)[0]?.level).toBe("debug");
    expect(server.ready(2)).toEqual([]);
    expect(deeds(server.exited(1, 0))).toEqual(["exit 0"]);
  });

  test("a worker that waits to be forked again is not forked", () => {
    const server = new Supervised().up();
    server.exited(1, 1);
    server.ready(1);
    server.exited(1, 1);
    expect(server.state.places[0]?.forkAt).toBeGreaterThan(server.now);
    expect(deeds(server.take(sigterm))).toEqual(["stop-accepting", "drain 2"]);
    expect(deeds(server.exited(2, 0))).toEqual(["exit 0"]);
  });
});

describe("the drain timeout", () => {
  test("kills the workers that are left, and names them; exit 1, because runs were lost", () => {
    const server = new Supervised({ drainTimeoutMs: 5000 }).up();
    server.take(sigterm);
    expect(server.wakeAt).toBe(server.now + 5000);
    server.exited(1, 0);
    const actions = server.wake();
    expect(deeds(actions)).toEqual(["kill 2"]);
    expect(logs(actions)[0]).toMatchObject({ level: "error", fields: { workers: [2] } });
    expect(logs(actions)[0]?.message).toMatch(/Live runs .*jobs run again .*--drain-timeout/);
    expect(deeds(server.exited(2, null, "SIGKILL"))).toEqual(["exit 1"]);
  });

  test("nobody waits for a worker that SIGKILL does not end", () => {
    const server = new Supervised().up();
    server.take(sigterm);
    server.wake();
    server.exited(1, null, "SIGKILL");
    const actions = server.wake();
    expect(deeds(actions)).toEqual(["exit 1"]);
    expect(logs(actions)[0]?.message).toMatch(/^Not waiting for worker 2/);
  });
});

describe("a second signal", () => {
  test.each([
    [sigint, 130],
    [sigterm, 143],
  ])("%o ends at once with %i", (signal, code) => {
    const server = new Supervised().up();
    server.take(sigterm);
    server.now += 500;
    expect(deeds(server.take(signal))).toEqual(["kill 1", "kill 2", `exit ${code}`]);
    expect(server.take(signal)).toEqual([]);
    expect(server.exited(1, null, "SIGKILL")).toEqual([]);
  });

  test("that is SIGHUP changes nothing: a terminal that closes may send several", () => {
    const server = new Supervised().up();
    server.take(sighup);
    server.now += 600;
    expect(server.take(sighup)).toEqual([]);
    expect(deeds(server.take(sigterm))).toEqual(["kill 1", "kill 2", "exit 143"]);
  });

  test("within 500 ms is the same one: npm forwards what the terminal has sent", () => {
    const server = new Supervised().up();
    server.take(sigint);
    server.now += 499;
    expect(server.take(sigint)).toEqual([]);
    server.now += 1;
    expect(deeds(server.take(sigint))).toEqual(["kill 1", "kill 2", "exit 130"]);
  });

  test("exactly at the deadline makes one exit, not two", () => {
    const server = new Supervised().up();
    server.take(sigint);
    server.now = server.wakeAt ?? 0;
    expect(deeds(server.take(sigint))).toEqual(["kill 1", "kill 2", "exit 130"]);
  });

  test("kills no worker that has ended", () => {
    const server = new Supervised().up();
    server.take(sigint);
    server.exited(1, 0);
    server.now += 600;
    expect(deeds(server.take(sigint))).toEqual(["kill 2", "exit 130"]);
  });
});

test("a server that fails to boot exits with 1, whatever signals come", () => {
  const server = new Supervised({ workers: 1 });
  server.take({ type: "start" });
  server.bootFailed(1, "No");
  server.now += 600;
  expect(server.take(sigint)).toEqual([]);
  expect(deeds(server.exited(1, 1))).toEqual(["exit 1"]);
});
