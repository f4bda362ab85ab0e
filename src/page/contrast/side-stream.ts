import type { ContrastServer } from "../../telemetry/watch/contrast.ts";
import type { SeenItem } from "../../telemetry/watch/seen.ts";
import { Listeners } from "../net/listeners.ts";

/** What one server of a contrast shows of itself, as a stream of its own. */
export class SideStream extends Listeners {
  /** @param startedAt ms since 1970, by the clock of the server's machine */
  start({ mode, pid }: ContrastServer, startedAt: number): void {
    const unknown = { version: "", node: "", executor: "", url: "", hasJobs: false };
    this.send("start", {
      server: { ...unknown, mode, pid, startedAt },
      at: startedAt,
      history: [],
    });
    this.become({ kind: "connected" });
  }

  tell({ event, data }: SeenItem): void {
    this.send(event, data);
  }

  /** Its server is gone: the time stands still. */
  end(): void {
    this.become({ kind: "resting" });
  }
}
