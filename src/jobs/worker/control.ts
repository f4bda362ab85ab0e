import type { Channel } from "../../channel/channel.ts";
import type {
  Changed,
  ExpectedVersions,
  JobChange,
  JobControl,
  ManyChanged,
  Paused,
  Removal,
  Selection,
} from "../control.ts";
import type { Found } from "../job.ts";
import type { QueueSide, WorkerSide } from "../messages/worker-contract.ts";
import type { BulkAction } from "../transitions/by-hand.ts";

/** What is asked by hand, at the worker's end of the queue. */
export class ControlOverChannel implements JobControl {
  readonly #channel: Channel<WorkerSide, QueueSide>;

  constructor(channel: Channel<WorkerSide, QueueSide>) {
    this.#channel = channel;
  }

  cancel(id: string, expected?: ExpectedVersions): Promise<Found> {
    return this.#channel.call("cancel", { id, expected });
  }

  retry(id: string, expected?: ExpectedVersions): Promise<Changed> {
    return this.#channel.call("retry", { id, expected });
  }

  remove(id: string, expected?: ExpectedVersions): Promise<Removal> {
    return this.#channel.call("remove", { id, expected });
  }

  change(id: string, change: JobChange, expected?: ExpectedVersions): Promise<Changed> {
    return this.#channel.call("change", { id, change, expected });
  }

  changeMany(action: BulkAction, selection: Selection): Promise<ManyChanged> {
    return this.#channel.call("change-many", { action, selection });
  }

  setPaused(task: string | null, isPaused: boolean): Promise<Paused> {
    return this.#channel.call("set-paused", { task, isPaused });
  }

  paused(): Promise<Paused> {
    return this.#channel.call("paused", {});
  }
}
