import { Channel } from "../../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../../channel/envelope.ts";
import type { Deliveries } from "../delivery.ts";
import {
  type QueueSide,
  queueSide,
  type WorkerSide,
  workerSide,
} from "../messages/worker-contract.ts";
import type { Consumption, JobConsumer, JobQueue } from "../queue.ts";
import { queueName } from "../settings.ts";
import type { StartMarks } from "../starts.ts";
import { AssignedJobs } from "./assigned-jobs.ts";
import { BatchesOverChannel } from "./batches.ts";
import { ControlOverChannel } from "./control.ts";
import { JobsOverChannel } from "./jobs.ts";
import { SchedulesOverChannel } from "./schedules.ts";

/** The worker's end of the queue: it asks the host in the primary. */
export class QueueOverChannel implements JobQueue {
  readonly jobs: JobsOverChannel;
  readonly schedules: SchedulesOverChannel;
  readonly control: ControlOverChannel;
  readonly batches: BatchesOverChannel;
  readonly #channel: Channel<WorkerSide, QueueSide>;
  readonly #assigned: AssignedJobs;
  #consumes = false;
  #isReachable = true;

  /**
   * @param send sends to the primary; what the primary sends goes to `take`
   * @param marks marks the starts; null where that is not possible
   */
  constructor(send: SendEnvelope, marks: StartMarks | null = null) {
    this.#channel = new Channel({
      service: queueName,
      mine: workerSide,
      theirs: queueSide,
      send,
      inPieces: true,
      calls: {},
      notes: {
        news: ({ watch, found }) => this.jobs.news(watch, found),
        "batch-news": ({ watch, found }) => this.batches.news(watch, found),
        assigned: ({ job }) => this.#assigned.take(job),
        stop: (attempt) => this.#assigned.cancel(attempt),
        kept: ({ number }) => this.#assigned.kept(number),
        "give-back": () => this.#assigned.giveBack(),
        reachable: ({ isReachable }) => {
          this.#isReachable = isReachable;
        },
      },
    });
    this.jobs = new JobsOverChannel(this.#channel);
    this.schedules = new SchedulesOverChannel(this.#channel);
    this.control = new ControlOverChannel(this.#channel);
    this.batches = new BatchesOverChannel(this.#channel);
    this.#assigned = new AssignedJobs({
      marks,
      tellCapacity: (capacity) => this.#channel.note("offer", { capacity }),
      tellEnds: (number, ends) => this.#channel.note("ends", { number, ends }),
      sendBytes: (bytes) => this.#channel.sendBytes(bytes),
      tellProgress: (attempt, progress) => this.#channel.note("progress", { ...attempt, progress }),
      tellCheckpoint: (attempt, checkpoint) =>
        this.#channel.note("checkpoint", { ...attempt, checkpoint }),
      tellUnmarked: () => this.#channel.note("unmarked", {}),
      flush: () => this.#channel.flush(),
    });
  }

  readonly deliveries: Deliveries = {
    find: (subject) => this.#channel.call("deliveries", { subject }),
    retry: (subject) => this.#channel.call("retry-deliveries", { subject }),
  };

  get isReachable(): boolean {
    return this.#isReachable;
  }

  consume(consumer: JobConsumer): Consumption {
    if (this.#consumes) throw new Error("This worker runs jobs of this queue already");
    this.#consumes = true;
    this.#channel.note("limits", { limits: consumer.limits ?? {} });
    this.#assigned.consume(consumer);
    return {
      offer: (room) => this.#assigned.offer(room),
      stop: async () => {
        await this.#assigned.stop();
        this.#consumes = false;
      },
    };
  }

  take(envelope: Envelope): void {
    this.#channel.take(envelope);
  }
}
