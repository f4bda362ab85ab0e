/** Commands that a group may consist of. */
import fc from "fast-check";
import type { StoreCommand } from "../../../../../src/jobs/messages/commands.ts";
import type { NewJob } from "../../../../../src/jobs/new-job.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import type { Subject } from "./file-subject.ts";

type Step = (subject: Subject) => readonly StoreCommand[];

const job = fc.record({
  task: fc.constantFrom("plain", "limited"),
  priority: fc.constantFrom(0, 0, 1),
  group: fc.constantFrom<NewJob["group"][]>(
    null,
    { key: "a", concurrency: null },
    { key: "a", concurrency: 1 },
    { key: "b", concurrency: 3 },
  ),
  unique: fc.option(
    fc.record({
      key: fc.constantFrom("k", "l"),
      while: fc.constantFrom("queued" as const, "unfinished" as const),
      onConflict: fc.constantFrom("return" as const, "replace" as const, "refuse" as const),
    }),
  ),
  later: fc.constantFrom(0, 0, 0, 500),
  within: fc.option(fc.constantFrom(100, 1000)),
});

const submit = job.map(
  ({ later, within, ...more }): Step =>
    ({ now }) => {
      const runAt = later > 0 ? now + later : null;
      const startBefore = within === null ? null : now + later + within;
      const jobs = [{ ...plainJob, ...more, runAt, startBefore, backoffMs: later }];
      return [{ name: "submit", args: { jobs } }];
    },
);
const claim = fc.integer({ min: 1, max: 4 }).map(
  (limit): Step =>
    () => [{ name: "claim", args: { limit, onProbation: [] } }],
);
const claimAlone = fc.constant<Step>(() => [{ name: "claim-quarantined", args: {} }]);
const failure = { kind: "failed", error: { type: "task-failed", detail: "no" } } as const;
const endings = fc.constantFrom(
  { kind: "succeeded", result: "1" } as const,
  { ...failure, retry: true },
  { ...failure, retry: false },
  { kind: "handed-back" } as const,
  { kind: "snoozed", pauseMs: 200 } as const,
);
const end = fc.tuple(fc.nat(), endings).map(
  ([pick, ending]): Step =>
    ({ claimed }) => {
      const [taken] = claimed.splice(pick % Math.max(1, claimed.length), 1);
      if (!taken) return [];
      const { id, token } = taken;
      return [{ name: "end", args: { id, token, ending, place: null } }];
    },
);
const lose = fc.nat().map(
  (pick): Step =>
    ({ claimed }) => {
      const [taken] = claimed.splice(pick % Math.max(1, claimed.length), 1);
      if (!taken) return [];
      const { id, token } = taken;
      return [{ name: "lost", args: { attempts: [{ id, token }], wasAlone: false, place: null } }];
    },
);
const byHand = fc.tuple(fc.nat(), fc.constantFrom("cancel", "retry", "remove", "change")).map(
  ([pick, name]): Step =>
    ({ ids }) => {
      const id = ids[pick % Math.max(1, ids.length)];
      if (id === undefined) return [];
      const change = { priority: pick % 3, ...(pick % 2 === 0 && { runAt: null }) };
      return [{ name, args: { id, ...(name === "change" && { change }) } } as StoreCommand];
    },
);
const after = fc.tuple(fc.nat(), fc.constantFrom("cancel" as const, "run" as const)).map(
  ([pick, onFailure]): Step =>
    ({ ids }) => {
      const id = ids[pick % Math.max(1, ids.length)];
      if (id === undefined) return [];
      return [{ name: "submit", args: { jobs: [{ ...plainJob, after: [{ id }], onFailure }] } }];
    },
);
/** The second of its jobs waits for the first. */
const batch = fc.constant<Step>(() => {
  const jobs = [plainJob, { ...plainJob, after: [{ index: 0 }] }];
  const onEnd = { url: "http://127.0.0.1/" };
  return [{ name: "submit-batch", args: { batch: { jobs, onEnd, key: null } } }];
});
const cancelBatch = fc.nat().map(
  (pick): Step =>
    ({ batches }) => {
      const id = batches[pick % Math.max(1, batches.length)];
      return id === undefined ? [] : [{ name: "cancel-batch", args: { id } }];
    },
);
/** Refused by SQLite: the whole group is rolled back, and each command is tried alone. */
const broken = fc.constant<Step>(() => [
  { name: "submit", args: { jobs: [{ ...plainJob, task: null as unknown as string }] } },
]);

export const group = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: submit },
    { weight: 4, arbitrary: claim },
    { weight: 3, arbitrary: end },
    claimAlone,
    lose,
    byHand,
    after,
    batch,
    cancelBatch,
    broken,
  ),
  { minLength: 1, maxLength: 6 },
);
