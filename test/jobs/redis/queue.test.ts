import { afterAll, beforeAll, describe } from "vitest";
import { attemptContract } from "../../contracts/attempts.ts";
import { bytesContract } from "../../contracts/bytes.ts";
import { expectedVersionContract } from "../../contracts/expected-version.ts";
import { jobControlContract } from "../../contracts/job-control.ts";
import type { OpenQueue } from "../../contracts/open-queue.ts";
import { orderContract } from "../../contracts/order.ts";
import { queueContract } from "../../contracts/queue.ts";
import { quickJobsContract } from "../../contracts/quick-jobs.ts";
import { startBeforeContract } from "../../contracts/start-before.ts";
import { uniqueKeysContract } from "../../contracts/unique-keys.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

describe.skipIf(redisMissing)(`the queue in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  const open: OpenQueue = ({ retentionMs }) => QueueOnRedis.open(redis, retentionMs);
  const name = "the queue in Redis";
  queueContract(name, open);
  quickJobsContract(name, open);
  jobControlContract(name, open);
  expectedVersionContract(name, open);
  attemptContract(name, open);
  bytesContract(name, open);
  orderContract(name, open);
  startBeforeContract(name, open);
  uniqueKeysContract(name, open);
});
