import type { Config } from "../config/config.ts";
import { messageOf } from "../errors.ts";
import { checkAddress } from "./address.ts";
import { Primary, type PrimaryEnd, type PrimaryOptions } from "./primary.ts";
import { isStopSignal, stopSignals } from "./supervisor/supervision.ts";

export interface RunningPrimary {
  /**
   * Resolves when the server has ended and its services are closed. After a second signal, the handles
   * of workers that are being killed keep this process up for a while.
   */
  readonly ended: Promise<PrimaryEnd>;
  /** Drains the server. A second signal ends it at once. */
  stop(signal: NodeJS.Signals): void;
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
  const stop = (signal: NodeJS.Signals) => {
    if (isStopSignal(signal)) primary.take({ type: "signal", signal });
  };
  return { ended, stop };
}

/**
 * The same, and signals to this process stop it.
 *
 * @param takeSignals returns the signals that came so far, and stops listening for them
 * @returns the exit code. The caller must exit with it at once.
 */
export async function runPrimary(
  config: Config,
  options: PrimaryOptions,
  takeSignals: () => readonly NodeJS.Signals[],
): Promise<number> {
  const { ended, stop } = startPrimary(config, options);
  for (const signal of stopSignals) process.on(signal, stop);
  for (const signal of takeSignals()) stop(signal);
  const { code } = await ended;
  for (const signal of stopSignals) process.off(signal, stop);
  return code;
}
