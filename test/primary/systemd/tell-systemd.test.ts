import { expect, test } from "vitest";
import { nextLife } from "../../../src/channel/life.ts";
import { tellSystemd } from "../../../src/primary/systemd/tell-systemd.ts";
import { Telemetry } from "../../../src/telemetry/events.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const life = nextLife(undefined);
const worker = { worker: 1, life, pid: 7, level: "debug" } as const;

/** A service whose unit has `WatchdogSec=10`, and what it has told systemd. */
function told(
  { watchdogMs }: { readonly watchdogMs: number | undefined } = { watchdogMs: 10_000 },
) {
  const telemetry = new Telemetry();
  const clock = new ManualClock();
  const sent: string[] = [];
  const notifier = {
    isBusy: false,
    send: (variables: readonly string[]) => sent.push(variables.join(" ")) > 0,
  };
  const monotonicUsec = () => 42n;
  const leave = tellSystemd({ telemetry, clock, notifier, watchdogMs, monotonicUsec });
  const bringUp = () => {
    telemetry.emit("worker.ready", { ...worker, bootMs: 1 });
    telemetry.emit("server.up");
    sent.length = 0;
  };
  return { telemetry, clock, sent, notifier, leave, bringUp };
}

function end(telemetry: Telemetry): void {
  const how = { reason: "crashed", code: null, signal: "SIGKILL", uptimeMs: 1 } as const;
  telemetry.emit("worker.ended", { ...worker, ...how, because: undefined });
}

const reloading = "RELOADING=1 MONOTONIC_USEC=42 STATUS=Replacing the workers";

test("systemd hears that the server is up, reloads, and ends", () => {
  const { telemetry, sent } = told();
  telemetry.emit("server.up");
  telemetry.emit("reload.begun");
  telemetry.emit("reload.ended", { error: undefined });
  telemetry.emit("server.stopping");
  expect(sent).toEqual([
    "READY=1 STATUS=Serving",
    reloading,
    "READY=1 STATUS=Serving",
    "STOPPING=1 STATUS=Finishing what runs",
  ]);
});

test("a reload that is refused before it begins is a reload, too: systemd waits for its end", () => {
  const { telemetry, sent, bringUp } = told();
  bringUp();
  telemetry.emit("reload.ended", { error: "tasks.ts\nis broken" });
  expect(sent).toEqual([reloading, "READY=1 STATUS=Serving, but not reloaded: tasks.ts is broken"]);
});

test("a server that is told to stop while it boots is never said to be up", () => {
  const { telemetry, sent, clock } = told();
  telemetry.emit("server.stopping");
  telemetry.emit("server.up");
  telemetry.emit("reload.begun");
  expect(sent).toEqual(["STOPPING=1 STATUS=Finishing what runs"]);
  expect(clock.pending).toBe(0);
});

test("it is alive, twice in each WatchdogSec, while a worker is ready", () => {
  const { telemetry, sent, clock, bringUp } = told();
  bringUp();
  clock.advance(10_000);
  expect(sent).toEqual(["WATCHDOG=1", "WATCHDOG=1"]);
  end(telemetry);
  clock.advance(10_000);
  expect(sent).toHaveLength(2);
  telemetry.emit("worker.ready", { ...worker, bootMs: 1 });
  clock.advance(5000);
  expect(sent).toHaveLength(3);
});

test("signs of life do not pile up behind one that has not been sent", () => {
  const { sent, clock, notifier, bringUp } = told();
  bringUp();
  notifier.isBusy = true;
  clock.advance(60_000);
  expect(sent).toEqual([]);
});

test.each(["a stop", "the end"])("the signs of life end with %s", (how) => {
  const { telemetry, clock, leave, bringUp } = told();
  bringUp();
  expect(clock.pending).toBe(1);
  if (how === "a stop") telemetry.emit("server.stopping");
  else leave();
  expect(clock.pending).toBe(0);
});

test("without WatchdogSec there are none", () => {
  const { sent, clock, bringUp } = told({ watchdogMs: undefined });
  bringUp();
  expect([sent, clock.pending]).toEqual([[], 0]);
});
