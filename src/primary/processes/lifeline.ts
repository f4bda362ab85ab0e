import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { type Envelope, isEnvelope } from "../../channel/envelope.ts";
import { lifelineDescriptor } from "../../channel/supervision.ts";

/** Longer lines are cut: no watchdog sends one, but a task may. */
const mostCharacters = 100_000;

export interface LifelineListener {
  take(envelope: Envelope): void;
  /** The watchdog has ended, and as a rule its worker too. */
  onClose(): void;
}

/** Reads what a worker's watchdog sends: one envelope a line, as JSON. */
export function listenToLifeline(worker: ChildProcess, listener: LifelineListener): void {
  const lifeline = worker.stdio[lifelineDescriptor] as Socket | null | undefined;
  if (!lifeline) return; // The process could not be started.
  let text = "";
  lifeline.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (text + chunk).split("\n");
    text = (lines.pop() ?? "").slice(-mostCharacters);
    for (const line of lines) {
      const message = parsed(line);
      if (isEnvelope(message)) listener.take(message);
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
