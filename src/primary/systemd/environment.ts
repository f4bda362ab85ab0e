/** What systemd tells a service by its environment. */
export interface SystemdSettings {
  /** The socket that takes notifications: a path, or with @ first an abstract name. */
  readonly socket: string;
  /** Longest time between two signs of life; undefined where the unit has no `WatchdogSec=`. */
  readonly watchdogMs: number | undefined;
}

/**
 * Reads what systemd has told this process, and takes it out of the environment: no worker and no task
 * is to speak for the service.
 *
 * @param pid of this process. A watchdog that is meant for another one is not ours
 * @returns undefined where systemd waits for no notifications
 */
export function takeSystemdSettings(
  env: NodeJS.ProcessEnv,
  pid: number,
): SystemdSettings | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: watched } = env;
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete env[name];
  if (!socket) return;
  const isMeant = watched === undefined || watched === "" || Number(watched) === pid;
  const watchdogMs = isMeant ? Number(usec) / 1000 : Number.NaN;
  return { socket, watchdogMs: watchdogMs > 0 ? watchdogMs : undefined };
}
