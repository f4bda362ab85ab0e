import { Channel } from "../../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../../channel/envelope.ts";
import {
  type ClientSide,
  clientSide,
  type WorkerSide,
  workerSide,
} from "../messages/worker-contract.ts";
import { queueName } from "../settings.ts";
import { answerControl, type ControlOptions } from "./control-calls.ts";
import { passCalls } from "./passed-calls.ts";
import type { WorkerWatches } from "./worker-watches.ts";

/** What the calls and notes of a client work with. */
export interface QueueClientOptions {
  readonly control: ControlOptions;
  readonly watches: WorkerWatches;
}

/** An end of the queue that asks about jobs and changes them, but runs none. */
export interface QueueClient {
  /** Takes an envelope from the other side. */
  take(envelope: Envelope): void;
  /** The other side is gone. */
  close(): void;
}

/** @param send sends to the other side: to control */
export function openClient(
  { control, watches }: QueueClientOptions,
  send: SendEnvelope,
): QueueClient {
  const channel: Channel<ClientSide, WorkerSide> = new Channel({
    service: queueName,
    mine: clientSide,
    theirs: workerSide,
    send,
    inPieces: true,
    calls: { ...passCalls(control.ask), ...answerControl(control) },
    notes: watches.handlersOf(() => channel),
  });
  return {
    take: (envelope) => channel.take(envelope),
    close: () => {
      channel.close(new Error("The other side has ended"));
      watches.drop(channel);
    },
  };
}
