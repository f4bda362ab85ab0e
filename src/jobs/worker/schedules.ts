import type { Channel } from "../../channel/channel.ts";
import type { QueueSide, WorkerSide } from "../messages/worker-contract.ts";
import type {
  Condition,
  NewSchedule,
  PutSchedule,
  RemovedSchedule,
  ScheduleListing,
  SchedulePage,
  Schedules,
  WholeSchedule,
} from "../schedules/schedule.ts";

/** The worker's end of the schedules in the file. */
export class SchedulesOverChannel implements Schedules {
  readonly #channel: Channel<WorkerSide, QueueSide>;

  constructor(channel: Channel<WorkerSide, QueueSide>) {
    this.#channel = channel;
  }

  put(schedule: NewSchedule, condition: Condition): Promise<PutSchedule> {
    return this.#channel.call("put-schedule", { schedule, condition });
  }

  find(name: string): Promise<WholeSchedule | null> {
    return this.#channel.call("find-schedule", { name });
  }

  list(listing: ScheduleListing): Promise<SchedulePage> {
    return this.#channel.call("list-schedules", { listing });
  }

  remove(name: string, condition: Condition): Promise<RemovedSchedule> {
    return this.#channel.call("remove-schedule", { name, condition });
  }
}
