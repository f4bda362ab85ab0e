import { parseRedisUrl } from "../../src/config/redis-location.ts";
import type { NewJob } from "../../src/jobs/new-job.ts";
import { claimJobs } from "../../src/jobs/redis/thread/jobs/claims.ts";
import { Submissions } from "../../src/jobs/redis/thread/jobs/submit.ts";
import { type OpenedParts, openParts } from "../../src/jobs/redis/thread/open-parts.ts";
import type { Parts } from "../../src/jobs/redis/thread/parts.ts";
import { Tally } from "../../src/jobs/redis/thread/tally.ts";
import type { RedisServer } from "./redis-server.ts";

const silent = { onAdvice: () => {}, onConnection: () => {}, onLost: () => {} };

/** What a host on Redis works with, without its thread: it does only what a test calls. */
export async function openPartsOf(
  redis: RedisServer,
  name: string,
): Promise<AsyncDisposable & OpenedParts> {
  const location = parseRedisUrl(`${redis.url}?name=${name}`);
  if (!location.ok) throw new Error(location.reason);
  const data = { location: location.value, retentionMs: 3_600_000, maxQueued: 1_000_000 };
  const kept = { limits: new Map(), tally: new Tally(() => performance.now()) };
  const opened = await openParts(data, kept, silent);
  const { parts, connections } = opened;
  return {
    ...opened,
    [Symbol.asyncDispose]: async () => {
      parts.news.stop();
      parts.held.stop();
      await Promise.all([parts.tickets.open.close(), parts.tickets.held.close()]);
      for (const each of connections) each.disconnect();
    },
  };
}

/** Submits jobs, and waits for their tickets. @returns their numbers; 0 for one that is refused */
export async function submitJobs(
  { parts, room }: Pick<OpenedParts, "parts" | "room">,
  jobs: readonly NewJob[],
): Promise<number[]> {
  const answers = await new Submissions(parts, room).submit(jobs);
  await parts.placing.done();
  return answers.map((each) =>
    each.kind === "accepted" ? (parts.ids.seqOfId(each.job.id) ?? 0) : 0,
  );
}

/** Claims jobs. @returns their numbers */
export async function claimed(parts: Parts, limit: number): Promise<number[]> {
  return (await claimJobs(parts, "open", limit, [])).map(({ seq }) => seq);
}
