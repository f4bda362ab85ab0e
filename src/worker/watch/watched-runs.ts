import { Channel } from "../../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../../channel/envelope.ts";
import { type Clock, systemClock } from "../../clock.ts";
import type { WorkerConfig } from "../../config/config.ts";
import type { RunEnded, RunStarted, Telemetry, ThreadEnded } from "../../telemetry/events.ts";
import { watchedSide, watchingSide } from "../../telemetry/watch/contract.ts";
import { onEnvelope, sendToPrimary } from "../primary-link.ts";
import { Recorder, type RecorderOptions } from "./recorder.ts";

/** Lets others watch the runs of this worker, on a server that has control. */
export function openWatch(services: WorkerConfig["services"], telemetry: Telemetry): void {
  if (services["watch"] === undefined) return;
  const parts = { send: sendToPrimary, telemetry, clock: systemClock, wall: Date.now };
  const watched = new WatchedRuns(parts);
  onEnvelope("watch", (envelope) => watched.take(envelope));
}

export interface WatchedRunsOptions {
  readonly send: SendEnvelope;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** Ms since 1970. */
  readonly wall: () => number;
}

/** The worker's end of the watch. It listens to nothing while nobody watches. */
export class WatchedRuns {
  readonly #options: WatchedRunsOptions;
  readonly #channel: Channel<typeof watchedSide, typeof watchingSide>;
  #recorder: Recorder | undefined;
  #lastRun = 0;
  readonly #started = (run: RunStarted) => this.#recorder?.started(run);
  readonly #ended = (run: RunEnded) => this.#recorder?.ended(run);
  readonly #threadEnded = (thread: ThreadEnded) => this.#recorder?.threadEnded(thread);

  constructor(options: WatchedRunsOptions) {
    this.#options = options;
    this.#channel = new Channel({
      ...({ service: "watch", mine: watchedSide, theirs: watchingSide } as const),
      send: options.send,
      calls: {},
      notes: { watch: ({ isOn }) => (isOn ? this.#begin() : this.#end()) },
    });
    this.#channel.note("join", {});
  }

  take(envelope: Envelope): void {
    this.#channel.take(envelope);
  }

  #begin(): void {
    if (this.#recorder) return;
    const { telemetry, clock, wall } = this.#options;
    const channel = this.#channel;
    const tell: RecorderOptions["tell"] = (note) => {
      channel.note("seen", note);
      channel.flush(); // The event loop may be held from now on.
    };
    this.#recorder = new Recorder({ clock, wall, tell }, this.#lastRun);
    telemetry.on("run.started", this.#started);
    telemetry.on("run.ended", this.#ended);
    telemetry.on("thread.ended", this.#threadEnded);
  }

  #end(): void {
    if (!this.#recorder) return;
    const { telemetry } = this.#options;
    telemetry.off("run.started", this.#started);
    telemetry.off("run.ended", this.#ended);
    telemetry.off("thread.ended", this.#threadEnded);
    this.#recorder.stop();
    this.#lastRun = this.#recorder.lastRun;
    this.#recorder = undefined;
  }
}
