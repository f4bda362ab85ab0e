/** What the commands about jobs do to the file, or read from it. */
import { fromSentJob, type StoredAnswer } from "../../../messages/submission.ts";
import { fail, failedCondition } from "../by-hand/expected-version.ts";
import { type Reads, rowOf, type Writes } from "../operation.ts";
import type { StoreParts } from "../store-parts.ts";
import { cancelJob } from "./job-changes.ts";
import { type SubmittedRow, submitJob } from "./submit.ts";

export const jobWrites: Writes<"submit" | "cancel"> = {
  submit(parts, { jobs }) {
    // Read at once: a later command of the same group may remove the job.
    const submitted = jobs.map((job) => submittedOf(parts, submitJob(parts, fromSentJob(job))));
    return () => submitted;
  },
  cancel(parts, { id, expected }) {
    const failed = failedCondition(parts, id, expected);
    if (failed) return () => fail(failed);
    const token = cancelJob(parts, rowOf(parts, id));
    return () => ({ found: parts.reader.find(id, false), token });
  },
};

export const jobReads: Reads<
  "find" | "body" | "list" | "stats" | "attempts" | "watch" | "unwatch"
> = {
  find: ({ reader }, { id, withResult }) => reader.find(id, withResult),
  body: ({ reader }, { id, of }) => ({ bytes: reader.body(id, of) }),
  list: ({ reader }, { listing }) => reader.list(listing),
  stats: ({ reader, bound }) => ({ ...reader.stats(), queuedLimit: bound.most }),
  attempts(parts, { id }) {
    const { kind } = parts.reader.find(id, false);
    if (kind !== "found") return { kind };
    return { kind, attempts: parts.history.of(rowOf(parts, id)) };
  },
  watch(parts, { id }) {
    parts.watched.watch(rowOf(parts, id));
    return parts.reader.find(id, false);
  },
  unwatch(parts, { id }) {
    parts.watched.unwatch(rowOf(parts, id));
    return null;
  },
};

function submittedOf({ ids, reader }: StoreParts, row: SubmittedRow): StoredAnswer {
  switch (row.kind) {
    case "key-conflict":
    case "too-late":
    case "no-prerequisite":
    case "queue-full":
      return row;
    case "new":
      return { kind: "accepted", isNew: true, job: row.job, replayed: false };
    case "unique-conflict":
      return { kind: row.kind, id: ids.idOf(row.seq), state: row.state };
    case "row": {
      const { seq, replayed, conflict } = row;
      return { kind: "accepted", job: reader.job(seq), replayed, ...(conflict && { conflict }) };
    }
  }
}
