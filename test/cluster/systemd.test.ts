/** A server tells systemd what it does, by the real systemd-notify and over a real socket. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { NotifySocket } from "../helpers/notify-socket.ts";
import { signalPrimary, startWithoutTerminal } from "../helpers/own-session.ts";
import { ServerProcess } from "../helpers/server-process.ts";

/** Debian's package `systemd` has the program. With CI=true it must be there. */
const isMissing =
  spawnSync("systemd-notify", ["--version"]).error !== undefined && !process.env["CI"];

/** The variable that says what a notification is about; systemd-notify itself sends BARRIER=1. */
const topics = (socket: NotifySocket) =>
  socket.received.map(([topic]) => topic).filter((topic) => topic !== "BARRIER=1");

const showsEnvironment = `
import { defineTask, z } from "${new URL("../../src/index.ts", import.meta.url)}";
export const seen = defineTask({
  name: "seen",
  input: z.strictObject({}),
  run: () => Object.keys(process.env).filter((name) => /^(NOTIFY|WATCHDOG)_/.test(name)),
});
`;

describe.skipIf(isMissing)("systemd (skipped where Debian's systemd is missing)", () => {
  test("hears that the server is up, alive, reloads, and stops; tasks hear nothing of it", async () => {
    await using socket = await NotifySocket.open();
    using folder = new Folder();
    folder.write({ "tasks.js": showsEnvironment });
    const flags = ["--workers", "1", "--tasks", folder.file("tasks.js")];
    await using server = await startWatched(socket, flags, 400_000);
    await socket.until(() => topics(socket).includes("WATCHDOG=1"));
    expect(topics(socket)[0]).toBe("READY=1");

    const before = topics(socket).length;
    signalPrimary(server, "SIGHUP");
    const news = () => topics(socket).slice(before);
    await socket.until(() => news().includes("READY=1"));
    expect(news().filter((topic) => topic !== "WATCHDOG=1")).toEqual(["RELOADING=1", "READY=1"]);
    const reload = socket.received.find(([topic]) => topic === "RELOADING=1");
    expect(reload?.[1]).toMatch(/^MONOTONIC_USEC=\d+$/);

    const answer = await server.post("/tasks/seen", {});
    expect(await answer.json()).toMatchObject({ result: [] });

    signalPrimary(server, "SIGTERM");
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await socket.until(() => topics(socket).includes("STOPPING=1"));
    expect(topics(socket).at(-1)).toBe("STOPPING=1");
  });

  test("hears of the reload that is refused, and why", async () => {
    await using socket = await NotifySocket.open();
    using folder = new Folder();
    folder.write({ "manycore.config.json": "{}" });
    const flags = ["--workers", "1", "--config", folder.file("manycore.config.json")];
    await using server = await startWatched(socket, flags);
    await socket.until(() => topics(socket).includes("READY=1"));
    folder.write({ "manycore.config.json": '{ "prot": 1 }' });
    signalPrimary(server, "SIGHUP");
    await socket.until(() => topics(socket).filter((topic) => topic === "READY=1").length === 2);
    expect(topics(socket)).toEqual(["READY=1", "RELOADING=1", "READY=1"]);
    const [, status] = socket.received.findLast(([topic]) => topic === "READY=1") ?? [];
    expect(status).toContain("not reloaded");
    expect(status).toContain("prot");
  });
});

test("without systemd-notify the server serves, and the log says what is missing", async () => {
  await using server = ServerProcess.spawn(["--workers", "1"], {
    NOTIFY_SOCKET: "/nonexistent/notify",
    PATH: "/nonexistent",
  });
  await server.printed(/there is no systemd-notify/);
  const warning = server.log.find(({ level }) => level === "warn");
  expect(warning?.["msg"]).toContain("systemd was not told READY=1: there is no systemd-notify");
  const answer = await fetch(server.url);
  expect(answer.status).toBe(200);
});

function startWatched(
  socket: NotifySocket,
  flags: readonly string[],
  watchdogUsec = 60_000_000,
): Promise<ServerProcess> {
  const env = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: String(watchdogUsec) };
  return startWithoutTerminal(flags, env);
}
