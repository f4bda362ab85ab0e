import type { CommandsOptions, Handlers } from "../commands.ts";
import { findSchedule, listSchedules, putSchedule, removeSchedule } from "./stored-schedules.ts";

/** What the store on Redis answers about schedules. */
export function schedulesOf({ parts, durable, durableParts }: CommandsOptions) {
  return {
    "put-schedule": ({ schedule, condition }) =>
      durable.run(() => putSchedule(durableParts, schedule, condition)),
    "remove-schedule": ({ name, condition }) =>
      durable.run(() => removeSchedule(durableParts, name, condition)),
    "find-schedule": ({ name }) => findSchedule(parts, name),
    "list-schedules": ({ listing }) => listSchedules(parts, listing),
  } satisfies Partial<Handlers>;
}
