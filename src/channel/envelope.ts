import type { BytesPiece, Piece } from "./pieces.ts";
import type { Refusal } from "./refusal.ts";

/** Whom an envelope is for. Two processes, or threads, have one channel for each service. */
export type ServiceName =
  /** Boot, drain and hanging of a worker: supervision.ts. */
  | "supervision"
  /** Figures, between worker and primary: telemetry/figures/contract.ts. */
  | "fleet"
  /** Runs that a watcher sees, from worker to primary: telemetry/watch/contract.ts. */
  | "watch"
  /** Waiting runs that one worker hands to another, by way of the primary: hand-over.ts. */
  | "hand-over"
  /** Admission of clients, between worker and primary: clients.ts. */
  | "clients"
  /** Control, between the primary and the thread of its admin listener: src/control/. */
  | "control"
  /** Jobs, between worker and primary: jobs/messages/worker-contract.ts. */
  | "queue"
  /** Jobs, between the primary and the queue's thread: jobs/messages/commands.ts. */
  | "store"
  /** Webhooks, between the primary and the thread that sends them: jobs/webhooks/contract.ts. */
  | "webhooks";

/** What crosses between two processes or threads: all items of one turn of the sender's event loop. */
export interface Envelope {
  /** A `ServiceName`, unless it was forged. */
  readonly service: string;
  /** Each is an `Item`, unless it was forged: a Channel checks that. */
  readonly items: readonly unknown[];
}

export type Item = Call | Reply | Note | Piece | BytesPiece;

export interface Call {
  /** The caller's number for it. The reply has the same. */
  readonly call: number;
  readonly name: string;
  readonly args: object;
}

export type Reply =
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly refusal: Refusal };

/** Nobody answers it. */
export interface Note {
  readonly name: string;
  readonly args: object;
}

/**
 * @param onSent is called when it has left this process
 * @param moved buffers that a thread gets without a copy. Between processes nothing is moved
 */
export type SendEnvelope = (
  envelope: Envelope,
  onSent?: () => void,
  moved?: readonly ArrayBuffer[],
) => void;

/**
 * Tells an envelope from anything else that arrives. A user's task on the event loop of a worker may
 * send anything to the primary; `node --watch` sends messages of its own.
 */
export function isEnvelope(message: unknown): message is Envelope {
  if (typeof message !== "object" || message === null) return false;
  const { service, items } = message as Partial<Envelope>;
  return typeof service === "string" && Array.isArray(items);
}
