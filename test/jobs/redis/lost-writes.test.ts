import { describe, expect, test } from "vitest";
import { Submissions } from "../../../src/jobs/redis/thread/jobs/submit.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

type Opened = Awaited<ReturnType<typeof openPartsOf>>;

async function submitOne({ parts, room }: Opened): Promise<string> {
  const [answer] = await new Submissions(parts, room).submit([plainJob]);
  if (answer?.kind !== "accepted") throw new Error(answer?.kind);
  await parts.placing.done();
  return answer.job.id;
}

describe.skipIf(redisMissing)(`a Redis that has lost its last writes${whySkipped}`, () => {
  test("gives no id a second time: it would show the job of another client", async () => {
    await using redis = await RedisServer.start({ config: ["--appendonly", "no"] });
    let lost: string;
    {
      await using opened = await openPartsOf(redis, "lost");
      await submitOne(opened);
      await opened.parts.client.save();
      lost = await submitOne(opened);
    }
    await redis.kill();
    await redis.restart();
    await using opened = await openPartsOf(redis, "lost");
    expect(opened.parts.ids.seqOfId(lost)).toBeDefined(); // It is the same queue.
    expect(await submitOne(opened)).not.toBe(lost);
  });
});
