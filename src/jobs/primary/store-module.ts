/** A store that the host of the queue can have: the thread that owns it, and how messages speak of it. */
export interface StoreModule {
  /** The module of the thread. It answers `StoreSide` (messages/commands.ts). */
  readonly thread: URL;
  /** What the thread has to know at its start. */
  readonly data: object;
  /** Where the jobs are, for the lines of the log. No passwords. */
  readonly path: string;
  /** What it is, in the middle of a sentence: `the queue's file`. */
  readonly noun: string;
}
