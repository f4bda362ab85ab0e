import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { isWorkerMessage, lifelineDescriptor, type WorkerMessage } from "../../channel/messages.ts";

/** What a watchdog says is shorter than this; what a task writes there is none of its business. */
const mostCharacters = 100_000;

export interface LifelineListener {
  onMessage(message: WorkerMessage): void;
  /** The worker's watchdog is gone, and as a rule the worker with it. */
  onClose(): void;
}

/** Hears what a worker's watchdog says: JSON, a line each. */
export function listenToLifeline(worker: ChildProcess, listener: LifelineListener): void {
  const lifeline = worker.stdio[lifelineDescriptor] as Socket | null | undefined;
  if (!lifeline) return; // The process could not be started.
  let text = "";
  lifeline.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (text + chunk).split("\n");
    text = (lines.pop() ?? "").slice(-mostCharacters);
    for (const line of lines) {
      const message = parsed(line);
      if (isWorkerMessage(message)) listener.onMessage(message);
    }
  });
  lifeline.on("error", () => {}); // It closes then.
  lifeline.on("close", () => listener.onClose());
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
