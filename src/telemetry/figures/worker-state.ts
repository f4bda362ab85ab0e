/** What a worker's parts do at this moment. */
import type { ThreadState, WorkerState } from "./figures.ts";

/** Where a worker's state is read. */
export interface StateSources {
  readonly dispatcher: { readonly waiting: number; readonly busySlots: number };
  readonly slots: number;
  /** Connections that are open. */
  readonly connections: () => number;
  /** The newest known figures of the Piscina threads. */
  readonly threads: () => readonly ThreadState[];
}

export interface StateReader {
  /** Takes some 20 us. */
  read(): WorkerState;
  stop(): void;
}

/** Begins to watch the event loop of this thread. */
export function openStateReader(_sources: StateSources): StateReader {
  throw new Error("Not yet");
}
