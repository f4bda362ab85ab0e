import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Submissions } from "../../../src/jobs/redis/thread/jobs/submit.ts";
import { changeByHand } from "../../../src/jobs/redis/thread/jobs/waking.ts";
import { Placing } from "../../../src/jobs/redis/thread/tickets/placing.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

describe.skipIf(redisMissing)(`tickets that are not there yet in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("stay marked where the ticket before them is placed late", async () => {
    await using opened = await openPartsOf(redis, "late");
    const { parts, room } = opened;
    const { client, keys, tickets } = parts;
    const { promise: isChanged, resolve: change } = Promise.withResolvers<void>();
    const { promise: isAdding, resolve: begin } = Promise.withResolvers<void>();
    const open = Object.assign(Object.create(tickets.open), {
      add: async (...args: Parameters<typeof tickets.open.add>) => {
        await tickets.open.add(...args);
        begin();
        await isChanged; // The host is slow between its two steps.
      },
    });
    const slow = new Placing({ ...parts, tickets: { ...tickets, open } });
    const [answer] = await new Submissions({ ...parts, placing: slow }, room).submit([plainJob]);
    if (answer?.kind !== "accepted") throw new Error(answer?.kind);
    await isAdding;
    // Another host gives the job a new ticket, and is gone before it adds that.
    const gone = Object.assign(Object.create(parts.placing), { add: () => {} });
    await changeByHand({ ...parts, placing: gone }, { id: answer.job.id }, { priority: 5 });
    change();
    await slow.done();
    const seq = parts.ids.seqOfId(answer.job.id);
    expect(await client.zrange(keys.unplaced, "0", "-1")).toEqual([`${seq}-2`]);
  });
});
