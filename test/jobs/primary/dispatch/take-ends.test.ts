import { expect, test } from "vitest";
import { nextLife } from "../../../../src/channel/life.ts";
import type { ClaimedJob } from "../../../../src/jobs/messages/commands.ts";
import { JobWorker } from "../../../../src/jobs/primary/dispatch/job-worker.ts";
import { MarkRegion } from "../../../../src/jobs/primary/dispatch/mark-region.ts";
import { takeEnds } from "../../../../src/jobs/primary/dispatch/take-ends.ts";
import { marksPerWorker } from "../../../../src/jobs/starts.ts";

const ending = { kind: "succeeded", result: "1" } as const;

const job = (id: string): ClaimedJob => ({
  ...{ id, seq: 1, token: 1, task: "double", input: "{}" },
  ...{ attempt: 1, maxAttempts: 3, timeoutMs: 1000 },
});

/** A worker with jobs, and a store that the test lets write. */
function setUp() {
  const life = nextLife(undefined);
  const worker = new JobWorker(life, 1, 2, new MarkRegion());
  worker.offer(1);
  const disk = Promise.withResolvers<null>();
  const events: string[] = [];
  const dispatch = {
    ended: (_life: unknown, end: { id: string; token: number }) => worker.ended(end, false, 0),
    atExit: () => {},
    placeOf: () => worker.place,
    regionOf: () => worker.region,
    move: () => events.push(`room ${worker.room}`),
  };
  const ask = () => disk.promise as Promise<never>;
  const end = (...ids: string[]) => {
    const told = ids.map((id) => ({ id, token: 1, ending }));
    const sent = { takeBytes: () => undefined };
    takeEnds({ ask, dispatch, sent, tellKept: () => events.push("kept") }, life, told);
  };
  return { worker, disk, events, end };
}

test("no other start is marked over that of an attempt whose end is not on disk", async () => {
  const { worker, disk, end } = setUp();
  const { mark } = worker.assign(job("first"));
  end("first");
  expect(worker.assign(job("second")).mark).not.toBe(mark);
  disk.resolve(null);
  await disk.promise;
  expect(worker.assign(job("third")).mark).toBe(mark);
});

test("a worker whose marks are all taken gets no job until the ends are on disk", async () => {
  const { worker, disk, events, end } = setUp();
  const ids = Array.from({ length: marksPerWorker }, (_, index) => `${index}`);
  for (const id of ids) worker.assign(job(id));
  end(...ids);
  expect(worker.isFree).toBe(false);
  expect(worker.letsWait(0.1, 0)).toBe(false);
  disk.resolve(null);
  await disk.promise;
  expect(events).toEqual(["room 0", "kept", "room 1"]);
});

test("a mark stays where the store refuses the end", async () => {
  const { worker, disk, events, end } = setUp();
  const { mark } = worker.assign(job("first"));
  end("first");
  disk.reject(new Error("the queue has stopped"));
  await new Promise(setImmediate);
  expect(events).toEqual(["room 1", "kept"]);
  expect(worker.assign(job("second")).mark).not.toBe(mark);
});
