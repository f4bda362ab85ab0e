import type { Telemetry, WorkerForked } from "../../telemetry/events.ts";
import type { SeenMark } from "../../telemetry/watch/seen.ts";

/** So many are kept for those who come later. */
const mostKept = 200;

/** What happens to the workers and to the server, for those who watch. */
export class Marks {
  /** Called with each new one. */
  onMark = (_mark: SeenMark) => {};
  readonly #kept: SeenMark[] = [];

  constructor(telemetry: Telemetry) {
    telemetry.on("worker.forked", (event) => this.#ofWorker("forked", event));
    telemetry.on("worker.ready", (event) => this.#ofWorker("ready", event));
    telemetry.on("worker.ended", (event) => this.#ofWorker("ended", event, event.reason));
    telemetry.on("reload.begun", () => this.#ofServer("reload", null));
    telemetry.on("reload.ended", ({ error }) =>
      this.#ofServer(error === undefined ? "reloaded" : "reload-failed", error ?? null),
    );
  }

  /** The latest, the oldest first. */
  get kept(): readonly SeenMark[] {
    return [...this.#kept];
  }

  add(mark: SeenMark): void {
    this.#kept.push(mark);
    if (this.#kept.length > mostKept) this.#kept.shift();
    this.onMark(mark);
  }

  #ofWorker(kind: SeenMark["kind"], event: WorkerForked, reason: string | null = null): void {
    const { worker, life } = event;
    this.add({ at: Date.now(), kind, worker, life, reason });
  }

  #ofServer(kind: SeenMark["kind"], reason: string | null): void {
    this.add({ at: Date.now(), kind, worker: null, life: null, reason });
  }
}
