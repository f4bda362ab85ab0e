import { systemClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { messageOf } from "../errors.ts";
import type { Telemetry } from "../telemetry/events.ts";
import { checkAddress } from "./address.ts";
import type { Operations } from "./operations.ts";
import { Primary } from "./primary.ts";
import type { PrimaryEnd, PrimaryOptions } from "./primary-options.ts";
import { Signals } from "./signals.ts";
import type { StopSignal } from "./supervisor/supervision.ts";
import { takeSystemdSettings } from "./systemd/environment.ts";
import { Notifier } from "./systemd/notifier.ts";
import { tellSystemd } from "./systemd/tell-systemd.ts";

export interface RunningPrimary {
  /**
   * Resolves when the server has ended and its services are closed. After a second signal, the handles
   * of workers that are being killed keep this process up for a while.
   */
  readonly ended: Promise<PrimaryEnd>;
  /** Drains the server. A second signal ends it at once. */
  stop(signal: StopSignal): void;
  /** What an operator can do; undefined before the address is known. */
  operations(): Operations | undefined;
  /** What happens in the primary. Nothing has happened before `startPrimary` returns. */
  readonly telemetry: Telemetry;
}

/**
 * Starts the server in this process as its primary: checks the address, forks the workers, and
 * supervises them until the end. It never computes and never serves HTTP.
 */
export function startPrimary(config: Config, options: PrimaryOptions): RunningPrimary {
  const primary = new Primary(config, options);
  Promise.all([checkAddress(config), options.openServices()]).then(
    ([port, services]) => primary.start(port, services),
    (error: unknown) => primary.end(1, messageOf(error)),
  );
  const ended = primary.ended.then(async (end) => {
    await primary.closeServices();
    return end;
  });
  const stop = (signal: StopSignal) => primary.take({ type: "signal", signal });
  return { ended, stop, operations: () => primary.operations, telemetry: primary.telemetry };
}

/**
 * The same, and signals to this process stop or change it. systemd hears of it, where it wants to.
 *
 * @param takeSignals returns the signals that came so far, and stops listening for them
 * @returns the exit code. The caller must exit with it at once.
 */
export async function runPrimary(
  config: Config,
  options: PrimaryOptions,
  takeSignals: () => readonly NodeJS.Signals[],
): Promise<number> {
  const { log } = options;
  const systemd = takeSystemdSettings(process.env, process.pid);
  const { ended, stop, operations, telemetry } = startPrimary(config, options);
  const monotonicUsec = () => process.hrtime.bigint() / 1000n;
  const leaveSystemd =
    systemd &&
    tellSystemd({
      ...{ telemetry, clock: systemClock, monotonicUsec, watchdogMs: systemd.watchdogMs },
      notifier: new Notifier(systemd.socket, log),
    });
  const signals = new Signals({ log, stop, operations });
  signals.listen();
  for (const signal of takeSignals()) signals.take(signal);
  const { code } = await ended;
  signals.close();
  leaveSystemd?.();
  return code;
}
