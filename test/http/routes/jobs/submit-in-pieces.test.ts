import { describe, expect, test } from "vitest";
import { AppError } from "../../../../src/errors.ts";
import { jobsAtOnce, submitInPieces } from "../../../../src/http/routes/jobs/submit-in-pieces.ts";
import type { NewJob } from "../../../../src/jobs/new-job.ts";
import type { Jobs } from "../../../../src/jobs/queue.ts";
import { plainJob } from "../../../contracts/queue-under-test.ts";
import { QueueOnFile } from "../../../helpers/embedded-queue.ts";

const jobs = (count: number): NewJob[] =>
  Array.from({ length: count }, (_, priority) => ({ ...plainJob, priority: priority % 1000 }));

test("other clients have their turn before all of them are written", async () => {
  await using file = await QueueOnFile.open();
  const [many, other] = [file.worker().queue, file.worker().queue];
  let isWritten = false;
  const submitted = submitInPieces(many.jobs, jobs(10 * jobsAtOnce)).finally(() => {
    isWritten = true;
  });
  await other.jobs.submit([plainJob]);
  expect(isWritten).toBe(false);
  const priorities = (await submitted).map((each) => {
    if (each instanceof AppError || each.kind !== "accepted") throw new Error("not accepted");
    return each.job.priority;
  });
  expect(priorities).toEqual(jobs(10 * jobsAtOnce).map(({ priority }) => priority));
});

describe("a queue that refuses", () => {
  const refusal = new AppError("queue-unavailable", "The disk is full.");

  /** It accepts so many calls. */
  function filling(queue: Jobs, calls: number): Pick<Jobs, "submit"> {
    let left = calls;
    return { submit: (all) => (left-- > 0 ? queue.submit(all) : Promise.reject(refusal)) };
  }

  test.each([
    [1, 1.5],
    [2, 2.5],
  ])("after %i pieces: what was accepted is told, and each of the rest", async (calls, pieces) => {
    await using file = await QueueOnFile.open();
    const queue = file.worker().queue.jobs;
    const count = pieces * jobsAtOnce;
    const answers = await submitInPieces(filling(queue, calls), jobs(count));
    const refused = answers.map((each) => each === refusal);
    expect(refused).toEqual(refused.map((_, place) => place >= calls * jobsAtOnce));
    expect(answers).toHaveLength(count);
    expect((await queue.stats()).states.queued).toBe(calls * jobsAtOnce);
  });

  test("at once: the whole request is refused", async () => {
    await using file = await QueueOnFile.open();
    const queue = file.worker().queue.jobs;
    await expect(submitInPieces(filling(queue, 0), jobs(2))).rejects.toBe(refusal);
  });
});
