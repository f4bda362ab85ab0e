/** What the commands about schedules do to the file, or read from it. */
import type {
  scheduleReads as reads,
  scheduleWrites as writes,
} from "../../../messages/schedule-commands.ts";
import type { Reads, Writes } from "../operation.ts";

export const scheduleWrites: Writes<keyof typeof writes> = {
  "put-schedule"({ schedules }, { schedule, condition }) {
    const put = schedules.put(schedule, condition);
    return () => put;
  },
  "remove-schedule"({ schedules }, { name, condition }) {
    const removed = schedules.remove(name, condition);
    return () => removed;
  },
};

export const scheduleReads: Reads<keyof typeof reads> = {
  "find-schedule": ({ schedules }, { name }) => schedules.find(name),
  "list-schedules": ({ schedules }, { listing }) => schedules.list(listing),
};
