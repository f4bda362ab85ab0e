import { findCronFault } from "./cron.ts";
import { findTimeZone } from "./time-zone.ts";
import type { Timing } from "./times.ts";

/**
 * Why the times of a schedule cannot be computed: it was put by a server with another Node, which
 * knew its pattern or its zone. Null if they can.
 */
export function findFault({ cron, timeZone }: Timing): string | null {
  if (cron === null) return null;
  const fault = findCronFault(cron);
  if (fault !== undefined) return `its pattern ${JSON.stringify(cron)} ${fault}`;
  if (findTimeZone(timeZone) !== undefined) return null;
  return `this server's Node knows no time zone ${JSON.stringify(timeZone)}`;
}
