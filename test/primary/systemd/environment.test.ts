import { expect, test } from "vitest";
import { takeSystemdSettings } from "../../../src/primary/systemd/environment.ts";

const socket = "/run/systemd/notify";
const watchdog = { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "7" };

test.each([
  { what: "no socket", env: watchdog, is: undefined },
  { what: "no watchdog", env: { NOTIFY_SOCKET: socket }, is: { socket, watchdogMs: undefined } },
  { what: "ours", env: { NOTIFY_SOCKET: socket, ...watchdog }, is: { socket, watchdogMs: 30_000 } },
  {
    what: "the watchdog of another process",
    env: { NOTIFY_SOCKET: socket, ...watchdog, WATCHDOG_PID: "8" },
    is: { socket, watchdogMs: undefined },
  },
  {
    what: "a watchdog that is no number",
    env: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "soon" },
    is: { socket, watchdogMs: undefined },
  },
])("what systemd tells is read, and no worker gets it: $what", ({ env, is }) => {
  const all: NodeJS.ProcessEnv = { ...env, PATH: "/usr/bin" };
  expect(takeSystemdSettings(all, 7)).toEqual(is);
  expect(all).toEqual({ PATH: "/usr/bin" });
});
