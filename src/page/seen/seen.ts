import type { SeenItem, SeenStart } from "../../telemetry/watch/seen.ts";
import type { Connection, Stream } from "../net/stream.ts";
import { FiguresHistory } from "./figures-history.ts";
import { Lanes } from "./lanes/lanes.ts";
import { ServerClock } from "./server-clock.ts";

type Change = "start" | "figures" | "runs" | "connection";

/**
 * What the page has seen of its server. It goes on while another view is shown, and keeps what it had
 * while the connection is lost.
 */
export class Seen {
  server: SeenStart["server"] | undefined;
  connection: Connection = { kind: "connecting" };
  readonly lanes = new Lanes();
  readonly figures = new FiguresHistory();
  readonly #clock = new ServerClock();
  readonly #listeners = new Set<(change: Change) => void>();
  /** The time stands still while nothing is heard. By the page's clock. */
  #stoppedAt: number | undefined;

  constructor(stream: Stream) {
    stream.on("start", (start) => this.#start(start));
    for (const event of ["runs", "figures", "mark"] as const) {
      stream.on(event, (data) => this.#take({ event, data } as SeenItem, true));
    }
    stream.onConnection((connection) => {
      this.connection = connection;
      this.#stoppedAt =
        connection.kind === "connected" ? undefined : (this.#stoppedAt ?? Date.now());
      this.#tell("connection");
    });
  }

  /** The time of the server. It stands still while the page has no connection. */
  get now(): number {
    return this.#clock.at(this.#stoppedAt ?? Date.now());
  }

  /** @returns what ends it */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #start({ server, at, history }: SeenStart): void {
    const { pid, startedAt } = this.server ?? {};
    const isSame = server.pid === pid && server.startedAt === startedAt;
    if (isSame) {
      this.lanes.clear();
    } else {
      this.lanes.endServer(this.figures.latest?.at ?? at);
      this.#clock.reset();
    }
    this.server = server;
    this.#clock.hear(at, Date.now());
    for (const item of history) this.#take(item, false);
    this.#tell("start");
  }

  #take(item: SeenItem, isNew: boolean): void {
    if (item.event === "runs") {
      this.lanes.takeRuns(item.data);
      if (isNew) this.#tell("runs");
    } else if (item.event === "mark") {
      this.lanes.takeMark(item.data);
      if (isNew) this.#tell("runs");
    } else {
      if (isNew) this.#clock.hear(item.data.at, Date.now());
      this.lanes.takeFigures(item.data);
      this.figures.take(item.data);
      if (isNew) this.#tell("figures");
    }
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
