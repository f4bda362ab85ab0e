import type { Worker } from "node:worker_threads";
import { messageOf } from "../errors.ts";
import { type Envelope, isEnvelope } from "./envelope.ts";

/**
 * Hears a thread: what it sends, and its end. Under `node --watch` a thread also tells which modules it
 * has loaded; that is passed over.
 *
 * @param take takes each envelope that arrives
 * @param onEnded called once, with why it has ended
 */
export function followThread(
  thread: Worker,
  take: (envelope: Envelope) => void,
  onEnded: (reason: string) => void,
): void {
  let reason = "it has ended";
  thread.on("message", (message: unknown) => {
    if (isEnvelope(message)) take(message);
  });
  thread.on("error", (error: unknown) => {
    reason = messageOf(error);
  });
  thread.on("exit", () => onEnded(reason));
}
