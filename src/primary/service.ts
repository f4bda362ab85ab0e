import type { Envelope, SendEnvelope, ServiceName } from "../channel/envelope.ts";
import type { Life } from "../channel/life.ts";
import type { HungRun } from "../channel/supervision.ts";
import type { QueueStats } from "../jobs/stats.ts";

/** A service that has jobs, which an operator may pause. */
export interface Pausable {
  /**
   * @param task null for the jobs of all tasks
   * @throws AppError `queue-unavailable`
   */
  setPaused(isPaused: boolean, task: string | null): Promise<void>;
}

export function isPausable(service: Service): service is Service & Pausable {
  return "setPaused" in service;
}

/** An end of a service that is no worker's. */
export interface ServiceClient {
  /** Takes an envelope from the other side. */
  take(envelope: Envelope): void;
  /** The other side is gone. */
  close(): void;
}

/** A service that has jobs, about which control asks. */
export interface Askable {
  /** The module of the other side: `ClientModule` of jobs/queue.ts. */
  readonly clientModule: URL;
  /** @param send sends to the other side. What comes from there goes to `take` */
  openClient(send: SendEnvelope): ServiceClient;
}

export function isAskable(service: Service): service is Service & Askable {
  return "openClient" in service;
}

/**
 * What the workers share beside HTTP, such as the queue of jobs. It has one end here and one in each
 * worker. The primary tells it of the workers, and carries the messages between its ends.
 */
export interface Service {
  /** On each envelope between its ends, and the key of its settings in a worker. */
  readonly name: ServiceName;

  /** What its end in a worker has to know, as JSON. Asked for before each fork. */
  settingsForWorker(life: Life): unknown;

  /**
   * A worker has been forked.
   *
   * @param number of its place in the server
   * @param pid null if its process could not be started
   */
  attach(life: Life, number: number, send: SendEnvelope, pid: number | null): void;

  /** Takes an envelope from a worker. A task may have forged its items: a Channel checks each. */
  take(life: Life, envelope: Envelope): void;

  /** A worker ends because of one of these runs; without any, nobody knows because of which. */
  hung(life: Life, runs: readonly HungRun[]): void;

  /**
   * A worker has ended.
   *
   * @returns whether it ran something for this service
   */
  detach(life: Life): boolean;

  /** The server is to have so many workers from now on. */
  resized?(workers: number): void;

  /** Figures of the queue, from the service that has it. */
  jobStats?(): Promise<QueueStats>;

  /** Resolves when all that it was told is on disk. */
  close(): Promise<void>;
}
