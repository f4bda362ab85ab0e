import type { Refusal } from "./refusal.ts";

/** Whom an envelope is for. Each service has a channel of its own between two processes or threads. */
export type ServiceName =
  /** A worker's life: supervision.ts. */
  | "supervision"
  /** Worker and primary: jobs/sqlite/worker-contract.ts. */
  | "queue"
  /** Primary and the queue's thread: jobs/sqlite/commands.ts. */
  | "store";

/** What crosses between two processes or threads: all that one side says in a turn of its loop. */
export interface Envelope {
  /** A `ServiceName`, unless it was forged. */
  readonly service: string;
  /** Each is an `Item`, unless it was forged. */
  readonly items: readonly unknown[];
}

export type Item = Call | Reply | Note;

export interface Call {
  /** The caller's number for it, which comes back with the reply. */
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

export type SendEnvelope = (envelope: Envelope, onSent?: () => void) => void;

/**
 * Whether a message is an envelope. A worker may run a task of a user on its event loop. The task may
 * send anything to the primary, and so may `node --watch`.
 */
export function isEnvelope(message: unknown): message is Envelope {
  if (typeof message !== "object" || message === null) return false;
  const { service, items } = message as Partial<Envelope>;
  return typeof service === "string" && Array.isArray(items);
}
