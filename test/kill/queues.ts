import type { Folder } from "../helpers/embedded-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../helpers/redis-server.ts";

/** A kind of queue that is killed. */
export interface QueueKind {
  /** For the title of a test. */
  readonly name: string;
  /** Its tests are skipped. */
  readonly isMissing: boolean;
  /** A server that is gone knew which of its attempts had started, and nobody else does. */
  readonly forgetsStarts: boolean;
  /**
   * The longest wait until jobs of a killed server have run again: until their locks have ended, and
   * one by one, as those do that were there when a worker was lost.
   */
  readonly recoveryMs: number;
  /** So many jobs with an Idempotency-Key are submitted at a time. */
  readonly together: number;
  readonly open: (folder: Folder) => Promise<KilledQueue>;
}

/** Where a campaign has its jobs. */
export interface KilledQueue extends AsyncDisposable {
  readonly kind: QueueKind;
  /** For `--queue`. */
  readonly address: string;
  /** Kills the process that has it, and starts that again; null: the server is that process. */
  readonly kill: (() => Promise<void>) | null;
}

const onFile: QueueKind = {
  name: "SQLite",
  isMissing: false,
  forgetsStarts: false,
  recoveryMs: 0,
  together: 500,
  open: async (folder) => ({
    kind: onFile,
    address: `sqlite:${folder.file("jobs.db")}`,
    kill: null,
    [Symbol.asyncDispose]: async () => {},
  }),
};

const onRedis: QueueKind = {
  name: `Redis${whySkipped}`,
  isMissing: redisMissing,
  forgetsStarts: true,
  recoveryMs: 20_000,
  together: 60,
  open: async () => {
    const redis = await RedisServer.start();
    return {
      kind: onRedis,
      address: redis.url,
      kill: async () => {
        await redis.kill();
        await redis.restart();
      },
      [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
    };
  },
};

export const queueKinds: readonly QueueKind[] = [onFile, onRedis];
