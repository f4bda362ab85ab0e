import type { Clock } from "../parts.ts";

const hostNow = Date.now;

/** Time by the clock of this host: ms since 1970. */
export function readHostTime(): number {
  return hostNow();
}

/**
 * Makes Redis' time that of this thread. BullMQ writes until when a ticket is delayed, and looks
 * whether that is over, by `Date.now`. A ticket of a host whose clock is ahead would come late by as
 * much on the others: a job's retry, or one that is planned.
 */
export function setThreadTime(clock: Clock): void {
  Date.now = () => clock.now();
}
