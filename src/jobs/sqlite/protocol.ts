/**
 * What a worker's queue (client.ts) and the store's host in the primary (host.ts) say to each other,
 * as JSON over the channel between the two processes. All that one turn of the event loop has to say
 * is one message.
 */
import type { Assignment, Ending, Found, JobFilter, NewJob } from "../job.ts";
import type { Refusal } from "./refusal.ts";

/** What a worker asks for and is answered. */
export type QueueRequest =
  | { readonly op: "submit"; readonly jobs: readonly NewJob[] }
  | { readonly op: "find"; readonly id: string; readonly withResult: boolean }
  | { readonly op: "list"; readonly filter: JobFilter }
  | { readonly op: "cancel"; readonly id: string }
  | { readonly op: "stats" }
  /** Answered when the end is on disk, or known to be of an attempt that counts no more. */
  | { readonly op: "end"; readonly id: string; readonly token: number; readonly ending: Ending };

export type ClientNote =
  | { readonly kind: "call"; readonly call: number; readonly request: QueueRequest }
  | { readonly kind: "watch"; readonly watch: number; readonly id: string }
  | { readonly kind: "unwatch"; readonly watch: number }
  /** `received`: how many assignments it had when it said so, for others may be on their way. */
  | { readonly kind: "offer"; readonly room: number; readonly received: number }
  | {
      readonly kind: "progress";
      readonly id: string;
      readonly token: number;
      readonly progress: string;
    };

export type HostNote =
  | { readonly kind: "answer"; readonly call: number; readonly value: unknown }
  | { readonly kind: "refusal"; readonly call: number; readonly refusal: Refusal }
  | { readonly kind: "news"; readonly watch: number; readonly found: Found }
  | { readonly kind: "assignment"; readonly assignment: Assignment }
  /** The client wishes the end of this attempt. */
  | { readonly kind: "stop"; readonly id: string; readonly token: number };

export interface ClientMessage {
  readonly type: "queue";
  readonly notes: readonly ClientNote[];
}

export interface HostMessage {
  readonly type: "queue";
  readonly notes: readonly HostNote[];
}

/** A task on the worker's event loop may send anything; what it imitates, it has to answer for. */
export function isClientMessage(value: unknown): value is ClientMessage {
  return isQueueMessage(value);
}

export function isHostMessage(value: unknown): value is HostMessage {
  return isQueueMessage(value);
}

function isQueueMessage(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { type, notes } = value as { type?: unknown; notes?: unknown };
  return type === "queue" && Array.isArray(notes) && notes.every(isNote);
}

function isNote(value: unknown): boolean {
  return typeof value === "object" && value !== null && "kind" in value;
}
