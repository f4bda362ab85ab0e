/** What the store keeps of its file in memory is what the file says, whatever was done. */
import fc from "fast-check";
import { test } from "vitest";
import type { ClaimedJob } from "../../../../../src/jobs/messages/commands.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";
import { group } from "./file-steps.ts";
import { Subject } from "./file-subject.ts";

const passes = fc.constantFrom(0, 0, 1, 150, 1200, 20_000);

/** Most groups reach the disk. */
const isFull = fc.constantFrom(false, false, true);

type Answer = Record<string, unknown> | null | undefined;

function remember(subject: Subject, answers: readonly Answer[]): void {
  for (const answer of answers) {
    if (answer && "token" in answer && "input" in answer)
      subject.claimed.push(answer as unknown as ClaimedJob);
    const { job, batch, jobs } = (answer ?? {}) as {
      job?: { id: string };
      batch?: { id: string };
      jobs?: readonly string[];
    };
    if (job) subject.ids.push(job.id);
    if (batch && jobs) subject.batches.push(batch.id);
    if (batch && jobs) subject.ids.push(...jobs);
  }
}

test("the lines, the limits, the unique keys and the batches are those of the file", () => {
  using folder = new Folder();
  let files = 0;
  const steps = fc.tuple(group, passes, fc.boolean(), isFull);
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 15 }), (groups) => {
      const subject = new Subject(folder.file(`${files++}.db`));
      for (const [steps, passed, reopens, fails] of groups) {
        if (fails) subject.breakCommits();
        const commands = steps.flatMap((step) => step(subject));
        remember(subject, subject.carryOut(commands).flat() as readonly Answer[]);
        subject.check();
        subject.now += passed;
        if (fails) {
          subject.store.doChores();
          subject.check();
          subject.mendCommits();
        }
        while (subject.store.doChores());
        subject.check();
        if (!reopens || passed < 1000) continue;
        subject.db.close();
        subject.open();
        subject.store.takeBack();
        subject.claimed.length = 0;
        subject.check();
      }
      subject.db.close();
    }),
    { numRuns: 60 },
  );
}, 120_000);
