import type { Life } from "../channel/life.ts";
import type { HungRun } from "../channel/messages.ts";

/**
 * What the workers share beside HTTP, such as the queue of jobs. It has one end here and one in each
 * worker. The primary tells it of the workers, and carries the messages between its ends.
 */
export interface Service {
  /** The `type` of each message between its ends, and the key of its settings in a worker. */
  readonly name: string;

  /** What its end in a worker has to know, as JSON. Asked for before each fork. */
  settingsForWorker(): unknown;

  /**
   * A worker has been forked.
   *
   * @param number of its place, for the log
   */
  attach(life: Life, number: number, send: (message: object) => void): void;

  /** Takes a message from a worker. A task may have sent it: it is checked before it is used. */
  take(life: Life, message: object): void;

  /** A worker ends because of one of these runs; without any, nobody knows because of which. */
  hung(life: Life, runs: readonly HungRun[]): void;

  /**
   * A worker has ended.
   *
   * @returns whether it ran something for this service
   */
  detach(life: Life): boolean;

  /** Resolves when all that it was told is on disk. */
  close(): Promise<void>;
}
