/** The commands about schedules; part of commands.ts. */
import { type Check, isObject, isObjectOrNull, isText } from "../../channel/checks.ts";
import type {
  Condition,
  NewSchedule,
  PutSchedule,
  RemovedSchedule,
  ScheduleListing,
  SchedulePage,
  WholeSchedule,
} from "../schedules/schedule.ts";

export const scheduleWrites = {
  "put-schedule": {
    args: { schedule: isObject<NewSchedule>, condition: isObject<Condition> },
    answer: isObject<PutSchedule>,
  },
  "remove-schedule": {
    args: { name: isText, condition: isObject<Condition> },
    answer: isText as Check<RemovedSchedule>,
  },
};

export const scheduleReads = {
  "find-schedule": { args: { name: isText }, answer: isObjectOrNull<WholeSchedule> },
  "list-schedules": {
    args: { listing: isObject<ScheduleListing> },
    answer: isObject<SchedulePage>,
  },
};
