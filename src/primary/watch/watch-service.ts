import { Channel } from "../../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../../channel/envelope.ts";
import type { Life } from "../../channel/life.ts";
import type { Telemetry } from "../../telemetry/events.ts";
import { watchedSide, watchingSide } from "../../telemetry/watch/contract.ts";
import type { SeenMark } from "../../telemetry/watch/seen.ts";
import type { Watchable, WatchSink } from "../control.ts";
import type { Service } from "../service.ts";
import { Marks } from "./marks.ts";

type WorkerChannel = Channel<typeof watchingSide, typeof watchedSide>;

/** Carries the runs of all workers to control, while somebody watches there; and marks, always. */
export class WatchService implements Service, Watchable {
  readonly name = "watch";
  readonly #channels = new Map<Life, WorkerChannel>();
  readonly #marks: Marks;
  #sink: WatchSink | undefined;
  #isOn = false;

  constructor(telemetry: Telemetry) {
    this.#marks = new Marks(telemetry);
    this.#marks.onMark = (mark) => this.#sink?.mark(mark);
  }

  follow(sink: WatchSink): readonly SeenMark[] {
    this.#sink = sink;
    return this.#marks.kept;
  }

  unfollow(): void {
    this.#sink = undefined;
    this.watch(false);
  }

  watch(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    for (const channel of this.#channels.values()) channel.note("watch", { isOn });
  }

  /** That there is this service is all that a worker needs to know at its start. */
  settingsForWorker(): object {
    return {};
  }

  attach(life: Life, worker: number, send: SendEnvelope, pid: number | null): void {
    const of = { worker, life, pid: pid ?? 0 };
    const channel: WorkerChannel = new Channel({
      ...({ service: "watch", mine: watchingSide, theirs: watchedSide, send } as const),
      calls: {},
      notes: {
        join: () => {
          if (this.#isOn) channel.note("watch", { isOn: true });
        },
        seen: ({ runs, groups, threadEnds }) => {
          if (!this.#isOn) return;
          for (const { at, reason } of threadEnds) {
            // A task may have forged it: after a mark of tomorrow, all others would be too old to keep.
            const when = Math.min(at, Date.now());
            this.#marks.add({ at: when, kind: "thread-ended", worker, life, reason });
          }
          if (runs.length + groups.length > 0) this.#sink?.runs({ ...of, runs, groups });
        },
      },
    });
    this.#channels.set(life, channel);
  }

  take(life: Life, envelope: Envelope): void {
    this.#channels.get(life)?.take(envelope);
  }

  hung(): void {}

  detach(life: Life): boolean {
    this.#channels.get(life)?.close(new Error("The worker has ended"));
    this.#channels.delete(life);
    return false; // It ran no job.
  }

  async close(): Promise<void> {}
}
