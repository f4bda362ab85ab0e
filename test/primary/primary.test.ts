import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { alive, gone } from "../helpers/server-process.ts";
import { PrimaryProcess } from "./primary-process.ts";

/** The one line of the log that ends the server. */
function fatal(primary: PrimaryProcess): unknown {
  const lines = primary.log.filter(({ level }) => level === "fatal");
  expect(lines).toHaveLength(1);
  return lines[0]?.["msg"];
}

describe("a server that comes up", () => {
  test("says so in one line on stdout, and nothing else there", async () => {
    await using primary = await PrimaryProcess.up(["--workers", "2"]);
    expect(primary.stdout).toMatch(
      /^manycore at http:\/\/127\.0\.0\.1:[1-9]\d* — mode cluster: 2 workers x 1 slot, executor inline; jobs in manycore\.db \(pid \d+; Ctrl-C stops\)\n$/,
    );
    expect(primary.stdout).toContain(`pid ${primary.child.pid};`);
  });

  test.each(["round-robin", "os", "reuse-port"])(
    "--balance %s: all workers share port 0's",
    async (how) => {
      await using primary = await PrimaryProcess.up(["--workers", "2", "--balance", how]);
      const answer = await primary.ask();
      expect(primary.pids).toContain(answer.pid);
      expect(primary.pids).toHaveLength(2);
    },
  );

  test("gives the workers Node's flags and none of its own", async () => {
    const nodeFlags = ["--stack-trace-limit=7"];
    await using primary = await PrimaryProcess.up(["--workers", "1"], { nodeFlags });
    const { argv, execArgv, threads } = await primary.ask();
    expect(argv).toHaveLength(2);
    const quiet = "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON";
    expect(execArgv).toEqual([...nodeFlags, quiet]);
    expect(threads).toBe(process.env["UV_THREADPOOL_SIZE"]);
  });

  test("with the executor libuv sets the size of the workers' pool, whatever the environment says", async () => {
    const env = { UV_THREADPOOL_SIZE: "2" };
    await using primary = await PrimaryProcess.up(["--mode", "libuv", "--threads", "3"], { env });
    expect(await primary.ask()).toMatchObject({ threads: "3" });
    const warnings = primary.log.filter(({ level }) => level === "warn");
    expect(warnings.map(({ msg }) => msg)).toEqual([
      expect.stringContaining("More runs than cores"),
    ]);
  });

  test("reports to its parent, `node --watch`, which files the workers loaded", async () => {
    const env = { WATCH_REPORT_DEPENDENCIES: "1" };
    await using primary = await PrimaryProcess.up(["--workers", "1"], { env });
    await primary.until(() => JSON.stringify(primary.sent).includes("primary-worker.ts"));
  });
});

describe("a worker", () => {
  test("that is killed is logged, and replaced under its number", async () => {
    await using primary = await PrimaryProcess.up(["--workers", "2"]);
    const { worker, pid } = await primary.ask();
    process.kill(pid, "SIGKILL");
    await primary.until(() => primary.pids.length === 3);
    const ended = primary.log.find(({ signal }) => signal === "SIGKILL");
    expect(ended).toMatchObject({ level: "error", worker, pid, code: null, respawnInMs: 0 });
    expect(ended?.["uptimeMs"]).toBeGreaterThan(0);
    const back = primary.log.findLast(({ msg }) => / is ready$/.test(String(msg)));
    expect(back).toMatchObject({ level: "info", worker });
    expect((await primary.ask()).pid).not.toBe(pid);
  });

  test("that cannot boot stops the server with its error, even if it exits at once", async () => {
    await using primary = new PrimaryProcess(["--workers", "2"], {
      env: { BEHAVIOUR: "boot-failed" },
    });
    expect(await primary.exited).toEqual({ code: 1, signal: null });
    expect(fatal(primary)).toMatch(/^worker [12] has no luck$/);
    expect(primary.stdout).toBe("");
  });

  test("that throws at boot stops the server too, after its own stack", async () => {
    await using primary = new PrimaryProcess(["--workers", "1"], { env: { BEHAVIOUR: "throws" } });
    expect(await primary.exited).toEqual({ code: 1, signal: null });
    expect(fatal(primary)).toMatch(
      /^worker 1 \(pid \d+\) ended before it was ready \(exit code 1\)/,
    );
    expect(primary.stderr).toContain("Error: thrown at boot");
  });

  test("that is never ready stops the server at the boot deadline, and is killed", async () => {
    const flags = ["--workers", "2", "--boot-timeout", "700ms"];
    await using primary = new PrimaryProcess(flags, { env: { BEHAVIOUR: "never ready" } });
    expect(await primary.exited).toEqual({ code: 1, signal: null });
    const message = String(fatal(primary));
    expect(message).toMatch(
      /was not ready within 700ms\. Either the machine is busy: raise --boot-timeout/,
    );
    expect(await alive(Number(/pid (\d+)/.exec(message)?.[1]))).toBe(false);
  });

  test("whose process cannot be started stops the server with the system's reason", async () => {
    const env = { EXEC_PATH: "/nowhere/node" };
    await using primary = new PrimaryProcess(["--workers", "2"], { env });
    expect(await primary.exited).toEqual({ code: 1, signal: null });
    expect(fatal(primary)).toBe("Worker 1 could not be started: spawn /nowhere/node ENOENT");
  });

  test("ends when its primary is killed", async () => {
    await using primary = await PrimaryProcess.up(["--workers", "2"]);
    const { pids } = primary;
    expect(pids).toHaveLength(2);
    primary.child.kill("SIGKILL");
    await primary.exited;
    for (const pid of pids) await gone(pid);
  });
});

describe("an address that cannot be used", () => {
  test("is reported before anything is forked", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    await using primary = new PrimaryProcess(["--port", String(port)]);
    expect(await primary.exited).toEqual({ code: 1, signal: null });
    expect(fatal(primary)).toBe(
      `Port ${port} (--port) on 127.0.0.1 is in use. Stop the program that holds it, or choose another with --port.`,
    );
    expect(primary.log).toHaveLength(1);
    holder.close();
  });
});

describe("signals", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("%s drains: exit 0, nothing left", async (signal) => {
    await using primary = await PrimaryProcess.up(["--workers", "2"]);
    primary.child.kill(signal);
    expect(await primary.exited).toEqual({ code: 0, signal: null });
    for (const pid of primary.pids) expect(await alive(pid)).toBe(false);
    expect(primary.log.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
  });

  test("a signal during boot: exit 0 too", async () => {
    await using primary = new PrimaryProcess(["--workers", "2"], {
      env: { BEHAVIOUR: "never ready" },
    });
    await primary.until(() => primary.stderr.includes("boots"));
    primary.child.kill("SIGTERM");
    expect(await primary.exited).toEqual({ code: 0, signal: null });
  });

  test("what has not drained in time is killed and named, exit 1", async () => {
    const flags = ["--workers", "1", "--drain-timeout", "100ms"];
    await using primary = await PrimaryProcess.up(flags, { env: { BEHAVIOUR: "stubborn" } });
    primary.child.kill("SIGTERM");
    expect(await primary.exited).toEqual({ code: 1, signal: null });
    const killed = primary.log.find(({ level }) => level === "error");
    expect(killed?.["msg"]).toContain(`worker 1 (pid ${primary.pids[0]})`);
    for (const pid of primary.pids) expect(await alive(pid)).toBe(false);
  });

  test("a second one ends the server at once, unless it comes so soon that it is the same one", async () => {
    await using primary = await PrimaryProcess.up(["--workers", "2"], {
      env: { BEHAVIOUR: "stubborn" },
    });
    primary.child.kill("SIGINT");
    primary.child.kill("SIGTERM");
    await primary.until(() => primary.stderr.includes("finishing what runs"));
    await sleep(600); // The time itself is what is told apart.
    primary.child.kill("SIGTERM");
    expect(await primary.exited).toEqual({ code: 143, signal: null });
    for (const pid of primary.pids) await gone(pid);
  });
});
