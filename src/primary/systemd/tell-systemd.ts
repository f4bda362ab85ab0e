import type { Life } from "../../channel/life.ts";
import type { Clock } from "../../clock.ts";
import type { Telemetry } from "../../telemetry/events.ts";

/** What systemd is told about. */
export interface ToldServer {
  readonly telemetry: Telemetry;
  /** Of the unit; undefined without `WatchdogSec=`. */
  readonly watchdogMs: number | undefined;
  readonly clock: Clock;
  /** The time of systemd's clock (CLOCK_MONOTONIC), in microseconds. */
  readonly monotonicUsec: () => bigint;
  readonly notifier: {
    readonly isBusy: boolean;
    send(variables: readonly string[]): void;
  };
}

/** systemctl shows one line of it. */
const longestStatus = 300;

/**
 * Tells systemd when the server is up, reloads, and ends; and while it is up, twice in each
 * `WatchdogSec=`, that it is alive: the event loop of the primary turns, and a worker is ready. A worker
 * that hangs is the primary's to replace, so whatever a ready one computes, the server is alive.
 *
 * @returns ends it
 */
export function tellSystemd(told: ToldServer): () => void {
  const { telemetry, notifier, monotonicUsec } = told;
  const ready = readyLives(telemetry);
  let isUp = false;
  let isStopping = false;
  let isReloading = false;
  let callOff = () => {};
  const beginReload = () => {
    isReloading = true;
    // systemd 253 takes only a reload that began after it has asked for it.
    const since = `MONOTONIC_USEC=${monotonicUsec()}`;
    notifier.send(["RELOADING=1", since, "STATUS=Replacing the workers"]);
  };
  telemetry.on("server.up", () => {
    if (isStopping) return;
    isUp = true;
    notifier.send(["READY=1", "STATUS=Serving"]);
    callOff = watch(told, ready);
  });
  telemetry.on("reload.begun", () => {
    if (isUp) beginReload();
  });
  telemetry.on("reload.ended", ({ error }) => {
    if (!isUp) return;
    if (!isReloading) beginReload(); // It was refused before it began. systemd waits for it, too.
    isReloading = false;
    notifier.send(["READY=1", statusOf(error)]);
  });
  telemetry.on("server.stopping", () => {
    isUp = false;
    isStopping = true;
    callOff(); // systemd's clock of the stop runs now: TimeoutStopSec=.
    notifier.send(["STOPPING=1", "STATUS=Finishing what runs"]);
  });
  return () => callOff();
}

function statusOf(error: string | undefined): string {
  if (error === undefined) return "STATUS=Serving";
  const line = `STATUS=Serving, but not reloaded: ${error.replaceAll(/\s+/g, " ")}`;
  return line.slice(0, longestStatus);
}

/** @returns ends the signs of life */
function watch(
  { watchdogMs, clock, notifier }: ToldServer,
  ready: { readonly size: number },
): () => void {
  if (watchdogMs === undefined) return () => {};
  let callOff = () => {};
  const beat = () => {
    if (ready.size > 0 && !notifier.isBusy) notifier.send(["WATCHDOG=1"]);
    callOff = clock.after(watchdogMs / 2, beat);
  };
  callOff = clock.after(watchdogMs / 2, beat);
  return () => callOff();
}

/** The lives that are ready, kept up to date. */
function readyLives(telemetry: Telemetry): ReadonlySet<Life> {
  const ready = new Set<Life>();
  telemetry.on("worker.ready", ({ life }) => ready.add(life));
  telemetry.on("worker.ended", ({ life }) => ready.delete(life));
  return ready;
}
