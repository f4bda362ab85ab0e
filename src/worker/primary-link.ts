/** The worker's end of the channel to its primary. The queue's messages go their own way (queue.ts). */
import { isPrimaryMessage, type PrimaryMessage, type WorkerMessage } from "../channel/messages.ts";
import type { Services } from "../http/services.ts";

/** @param onSent is called when the message has left the process */
export function tellPrimary(message: WorkerMessage, onSent = () => {}): void {
  process.send?.(message, onSent);
}

export function onDrainMessage(drain: () => void): void {
  onMessage((message) => {
    if (message.type === "drain") drain();
  });
}

/** How many workers are ready, as the primary said last. */
export function countWorkers(total: number): Services["workers"] {
  const counted = { ready: 0, total };
  onMessage((message) => {
    if (message.type === "workers") counted.ready = message.ready;
  });
  return counted;
}

function onMessage(take: (message: PrimaryMessage) => void): void {
  process.on("message", (message) => {
    if (isPrimaryMessage(message)) take(message);
  });
}
