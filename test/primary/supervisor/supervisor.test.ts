import { describe, expect, test } from "vitest";
import { deeds, lastWords, logs, nobody, Supervised } from "./supervised.ts";

describe("boot", () => {
  test("forks all workers at once, and announces once, when all are ready", () => {
    const server = new Supervised({ workers: 3 });
    expect(deeds(server.take({ type: "start" }))).toEqual(["fork 1", "fork 2", "fork 3"]);
    expect(deeds(server.ready(2))).toEqual([]);
    expect(deeds(server.ready(1))).toEqual([]);
    expect(deeds(server.ready(3))).toEqual(["announce"]);
    expect(deeds(server.ready(3))).toEqual([]);
    expect(server.wakeAt).toBeUndefined();
  });

  test("a second start and events of unknown lives change nothing", () => {
    const server = new Supervised();
    server.take({ type: "start" });
    const before = server.state;
    for (const event of [
      { type: "start" },
      { type: "ready", life: nobody },
      { type: "exited", life: nobody, code: 0, signal: null, hadJob: false },
      { type: "wake" },
    ] as const) {
      expect(server.take(event)).toEqual([]);
      expect(server.state).toEqual(before);
    }
  });

  test("a worker that reports that it cannot boot stops the server with its error", () => {
    const server = new Supervised({ workers: 3 });
    server.take({ type: "start" });
    server.ready(1);
    const failed = server.bootFailed(2, "No such task");
    expect(deeds(failed)).toEqual(["kill 1", "kill 2", "kill 3"]);
    expect(server.bootFailed(3, "Another")).toEqual([]);
    server.exited(2, 1);
    server.exited(1, null, "SIGKILL");
    const over = server.exited(3, null, "SIGKILL");
    expect(deeds(over)).toEqual(["exit 1"]);
    expect(lastWords(over)).toBe("No such task");
  });

  test.each([
    [3, null, "exit code 3"],
    [0, null, "exit code 0"],
    [null, "SIGSEGV", "SIGSEGV"],
  ])("one that ends before it is ready (%s, %s) does so too", (code, signal, how) => {
    const server = new Supervised();
    server.take({ type: "start" });
    expect(deeds(server.exited(1, code, signal))).toEqual(["kill 2"]);
    const over = server.exited(2, null, "SIGKILL");
    expect(deeds(over)).toEqual(["exit 1"]);
    expect(lastWords(over)).toBe(
      `worker 1 (pid 100) ended before it was ready (${how}). What it wrote, if anything, is above.`,
    );
  });

  test("one that hangs stops the server at the boot deadline, and the message names the flag", () => {
    const server = new Supervised({ bootTimeoutMs: 500 });
    server.take({ type: "start" });
    server.ready(1);
    expect(server.wakeAt).toBe(1500);
    server.now = 1499;
    expect(server.take({ type: "wake" })).toEqual([]);
    expect(deeds(server.wake())).toEqual(["kill 1", "kill 2"]);
    server.exited(1, null, "SIGKILL");
    expect(lastWords(server.exited(2, null, "SIGKILL"))).toMatch(
      /^worker 2 \(pid 101\) was not ready within 500ms\. Either the machine is busy: raise --boot-timeout/,
    );
  });

  test("one that hangs in the setup of a task is told with that task; an ended step is not", () => {
    const lastWordsAfter = (...steps: string[]) => {
      const server = new Supervised({ workers: 1, bootTimeoutMs: 500 });
      server.take({ type: "start" });
      for (const step of steps) server.take({ type: "boot-step", life: server.lifeIn(1), step });
      server.wake();
      return lastWords(server.exited(1, null, "SIGKILL"));
    };
    const step = "setup of task model (./tasks.ts)";
    expect(lastWordsAfter("other", step)).toContain(
      "was not ready within 500ms: the setup of task model (./tasks.ts) has not ended. ",
    );
    expect(lastWordsAfter(step, "")).toContain("a task module never finishes loading");
  });

  test("if several hang, the message names the first", () => {
    const server = new Supervised();
    server.take({ type: "start" });
    expect(deeds(server.wake())).toEqual(["kill 1", "kill 2"]);
    server.exited(1, null, "SIGKILL");
    expect(lastWords(server.exited(2, null, "SIGKILL"))).toMatch(/^worker 1 /);
  });

  test("one whose process cannot be started is named without a pid", () => {
    const server = new Supervised({ workers: 1 });
    server.take({ type: "start" });
    server.bootFailed(1, "spawn ENOMEM");
    const over = server.exited(1, null, null);
    expect(lastWords(over)).toBe("spawn ENOMEM");
    expect(logs(over)[0]?.message).toContain("it could not be started");
  });

  test("one that was ready and ends while others still boot is replaced", () => {
    const server = new Supervised();
    server.take({ type: "start" });
    server.ready(1);
    expect(deeds(server.exited(1, 1))).toEqual(["fork 1"]);
    expect(deeds(server.ready(2))).toEqual([]);
    expect(deeds(server.ready(1))).toEqual(["announce"]);
  });
});

describe("a worker that ends", () => {
  test("is logged with pid, code, signal and uptime, and is back at once", () => {
    const server = new Supervised().up();
    server.now += 1234;
    const actions = server.exited(2, null, "SIGKILL");
    expect(deeds(actions)).toEqual(["fork 2"]);
    expect(logs(actions)[0]).toEqual({
      type: "log",
      level: "error",
      message: "worker 2 (pid 101) ended (SIGKILL)",
      fields: {
        worker: 2,
        life: 2,
        pid: 101,
        code: null,
        signal: "SIGKILL",
        uptimeMs: 1234,
        reason: "crashed",
        bootError: undefined,
        respawnInMs: 0,
      },
    });
    const back = server.ready(2);
    expect(deeds(back)).toEqual([]);
    expect(logs(back)[0]).toMatchObject({
      level: "info",
      fields: { worker: 2, life: 3, pid: 102 },
    });
  });

  test("by an unexpected process.exit(0) is replaced too, with a warning", () => {
    const server = new Supervised().up();
    const actions = server.exited(1, 0);
    expect(deeds(actions)).toEqual(["fork 1"]);
    expect(logs(actions)[0]).toMatchObject({ level: "warn", fields: { code: 0, signal: null } });
  });

  /** Ends worker 1, waits for its replacement to be ready, and returns the wait that was logged. */
  function endOnce(server: Supervised, hadJob = false): unknown {
    const wait = logs(server.exited(1, 1, null, hadJob))[0]?.fields["respawnInMs"];
    if (wait !== 0) server.wake();
    server.ready(1);
    return wait;
  }

  test("again and again soon after it was ready is forked after a random pause of up to 2 s", () => {
    const server = new Supervised({ random: () => 0.5 }).up();
    const waits = Array.from({ length: 6 }, () => endOnce(server));
    expect(waits).toEqual([0, 250, 500, 1000, 1000, 1000]);
  });

  test("after it has served for 5 s is back at once, however often", () => {
    const server = new Supervised().up();
    expect([endOnce(server), endOnce(server)]).toEqual([0, 250]);
    server.now += 4999;
    expect(endOnce(server)).toBe(500);
    for (let count = 0; count < 10; count++) {
      server.now += 5000;
      expect(endOnce(server)).toBe(0);
    }
    expect([endOnce(server), endOnce(server)]).toEqual([0, 250]);
  });

  test("with a job is back at once, however often: the queue handles such a job", () => {
    const server = new Supervised().up();
    const waits = Array.from({ length: 10 }, () => endOnce(server, true));
    expect(waits).toEqual(waits.map(() => 0));
  });
});

describe("a replacement that cannot boot", () => {
  test("is tried again later while another worker is ready", () => {
    const server = new Supervised().up();
    server.exited(1, 1);
    expect(deeds(server.bootFailed(1, "No memory"))).toEqual(["kill 3"]);
    const ended = server.exited(1, null, "SIGKILL");
    expect(deeds(ended)).toEqual([]);
    expect(logs(ended)[0]).toMatchObject({
      level: "error",
      fields: { bootError: "No memory", respawnInMs: 250 },
    });
    expect(deeds(server.wake())).toEqual(["fork 1"]);
    expect(deeds(server.ready(1))).toEqual([]);
  });

  test("because it hangs is killed at its deadline and tried again", () => {
    const server = new Supervised().up();
    server.exited(1, 1);
    expect(deeds(server.wake())).toEqual(["kill 3"]);
    expect(server.wakeAt).toBeUndefined();
    server.exited(1, null, "SIGKILL");
    expect(deeds(server.wake())).toEqual(["fork 1"]);
  });

  test.each([
    ["says so", (server: Supervised) => server.bootFailed(1, "No memory")],
    ["ends", (server: Supervised) => server.exited(1, 1)],
  ])("stops the server when it %s and no other is ready", (_how, failBoot) => {
    const server = new Supervised({ workers: 1 }).up();
    server.exited(1, 1);
    failBoot(server);
    if (server.state.phase !== "ended") server.exited(1, null, "SIGKILL");
    expect(deeds(server.actions).at(-1)).toBe("exit 1");
    expect(lastWords(server.actions)).toMatch(/^No memory$|ended before it was ready/);
  });

  test("because it is killed is tried again with a growing pause, even if no other is ready", () => {
    const server = new Supervised({ workers: 1, random: () => 0.5 }).up();
    server.exited(1, null, "SIGKILL");
    for (const respawnInMs of [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]) {
      const ended = server.exited(1, null, "SIGKILL");
      expect(logs(ended)[0]?.fields).toMatchObject({ respawnInMs });
      expect(deeds(server.wake())).toEqual(["fork 1"]);
    }
    expect(deeds(server.ready(1))).toEqual([]);
  });

  test("because the system is short of something is tried again too", () => {
    const server = new Supervised({ workers: 1 }).up();
    server.exited(1, null, "SIGKILL");
    const shortage = "Worker 1 could not be started: spawn node EMFILE";
    const ended = server.notStarted(1, shortage);
    expect(logs(ended)[0]?.fields).toMatchObject({ bootError: shortage, respawnInMs: 250 });
    expect(deeds(server.wake())).toEqual(["fork 1"]);
  });

  test("at the first start, because the system is short of something, stops the server", () => {
    const server = new Supervised({ workers: 1 });
    server.take({ type: "start" });
    const shortage = "Worker 1 could not be started: spawn node EAGAIN";
    server.notStarted(1, shortage);
    expect(lastWords(server.actions)).toBe(shortage);
  });

  test("stops the server when the last one that was ready has ended meanwhile", () => {
    const server = new Supervised().up();
    server.exited(1, 1);
    server.bootFailed(1, "No memory");
    server.exited(2, 1);
    expect(deeds(server.exited(1, null, "SIGKILL"))).toEqual(["kill 4"]);
    expect(lastWords(server.exited(2, null, "SIGKILL"))).toBe("No memory");
  });
});
