import type { AcceptedRow } from "../../../accepted-job.ts";
import type { StoredAnswer } from "../../../messages/submission.ts";
import type { JobKey, NewJob } from "../../../new-job.ts";
import { isOverdue } from "../../../transitions/expiry.ts";
import { isRepeated } from "../../../transitions/transitions.ts";
import { nothingBefore, readPrerequisites, waitFor } from "../after/prerequisites.ts";
import type { Parts } from "../parts.ts";
import { Change, type Committed, commit } from "../records/commit.ts";
import { takeNumbers } from "../records/numbers.ts";
import { hasTicket, isFinal, type JobRecord } from "../records/record.ts";
import { findRow, publicJob } from "./reader.ts";
import type { Room } from "./room.ts";
import { endOfApart, endOfPlain, isPlain } from "./together.ts";
import { meetHolder } from "./unique-conflicts.ts";
import { type KeptKey, type NewRecord, newRecord, writeNew } from "./write-new.ts";

/** Another host may take the key at the same moment; then there is a job to answer with. */
const mostTries = 100;

/** Before each of many jobs is written for itself. */
const mostTriesTogether = 3;

interface PlainCall {
  readonly jobs: readonly NewJob[];
  readonly resolve: (answers: readonly StoredAnswer[]) => void;
  readonly reject: (error: Error) => void;
}

/** Makes jobs. Each call is answered in its order; one that is refused does not refuse the others. */
export class Submissions {
  readonly #parts: Parts;
  readonly #room: Room;
  #plain: PlainCall[] = [];

  constructor(parts: Parts, room: Room) {
    this.#parts = parts;
    this.#room = room;
  }

  /** What arrives in one turn is written together, as far as no key is to be looked up. */
  submit(jobs: readonly NewJob[]): Promise<readonly StoredAnswer[]> {
    if (!jobs.every(isPlain)) return this.#submit(jobs);
    const { promise, resolve, reject } = Promise.withResolvers<readonly StoredAnswer[]>();
    this.#plain.push({ jobs, resolve, reject });
    if (this.#plain.length === 1) queueMicrotask(() => void this.#submitTogether());
    return promise;
  }

  async #submitTogether(): Promise<void> {
    const calls = this.#plain;
    this.#plain = [];
    try {
      const answers = await this.#submit(calls.flatMap(({ jobs }) => jobs));
      let at = 0;
      for (const { jobs, resolve } of calls) {
        resolve(answers.slice(at, at + jobs.length));
        at += jobs.length;
      }
    } catch (error) {
      for (const { reject } of calls) reject(error as Error);
    }
  }

  async #submit(jobs: readonly NewJob[]): Promise<StoredAnswer[]> {
    const answers: StoredAnswer[] = [];
    const first = await takeNumbers(this.#parts, "seq", jobs.length);
    for (let at = 0; at < jobs.length; ) {
      const end = endOfPlain(jobs, at);
      if (end > at) {
        answers.push(...(await this.#submitPlain(jobs.slice(at, end), first + at)));
        at = end;
      } else {
        const some = jobs.slice(at, endOfApart(jobs, at));
        const each = some.map((job, index) => this.#submitOne(job, first + at + index));
        answers.push(...(await Promise.all(each)));
        at += some.length;
      }
    }
    return answers;
  }

  async #submitPlain(jobs: readonly NewJob[], first: number): Promise<StoredAnswer[]> {
    const parts = this.#parts;
    for (let tries = 0; tries < mostTries; tries++) {
      const befores = await readPrerequisites(parts, jobs);
      const news = jobs.map((job, index) =>
        newRecord(parts, job, first + index, befores[index] ?? nothingBefore),
      );
      const accepted = news.filter((_, index) => befores[index]?.faults.length === 0);
      const change = new Change();
      const full = this.#room.expect(change, accepted.length);
      const { failed, found } = await this.#write(change, accepted);
      // Some may still have room, or no prerequisite that changes: then each is asked for itself.
      const isEnough = failed === full || (failed !== 0 && tries === mostTriesTogether);
      if (isEnough && jobs.length > 1) return this.#submitEach(jobs, first);
      if (failed === full) return [this.#room.refuseOne(found)];
      if (failed !== 0) continue;
      return news.map((each, index) => {
        const { faults } = befores[index] ?? nothingBefore;
        return faults.length > 0
          ? { kind: "no-prerequisite", faults }
          : acceptedAnswer(parts, each);
      });
    }
    throw new Error("A prerequisite was changed by others each time");
  }

  async #submitEach(jobs: readonly NewJob[], first: number): Promise<StoredAnswer[]> {
    const answers: StoredAnswer[] = [];
    for (const [index, job] of jobs.entries())
      answers.push(await this.#submitOne(job, first + index));
    return answers;
  }

  async #submitOne(job: NewJob, seq: number): Promise<StoredAnswer> {
    const parts = this.#parts;
    for (let tries = 0; tries < mostTries; tries++) {
      const known = job.key && (await this.#answerOf(job.key));
      if (known) return known;
      if (job.key && isOverdue(job.startBefore, parts.clock.now())) return { kind: "too-late" };
      const [before = nothingBefore] = await readPrerequisites(parts, [job]);
      if (before.faults.length > 0) return { kind: "no-prerequisite", faults: before.faults };
      // Only now: it may put this job in the place of another one.
      const met = job.unique && (await meetHolder(parts, job));
      if (met === "again") continue;
      if (met) return met;
      const change = new Change();
      if (job.key) change.expect("value", parts.keys.idempotency(job.key.name), "");
      if (job.unique) change.expect("value", parts.keys.unique(job.task, job.unique.key), "");
      const full = this.#room.expect(change, 1);
      const made = newRecord(parts, job, seq, before);
      const { failed, found } = await this.#write(change, [made]);
      if (failed === full) return this.#room.refuseOne(found);
      if (failed === 0) return acceptedAnswer(parts, made);
    }
    throw new Error("A key or a prerequisite was changed by others each time");
  }

  /** Writes new jobs, all or none. */
  async #write(change: Change, news: readonly NewRecord[]): Promise<Committed> {
    if (news.length === 0) return { failed: 0, found: 0 };
    const parts = this.#parts;
    for (const each of news) writeNew(change, parts, each);
    waitFor(
      change,
      parts,
      news.map(({ record: { seq }, waits }) => ({ seq, waits })),
    );
    const committed = await commit(parts.client, parts.keys.meta, change);
    if (committed.failed !== 0) return committed;
    const records = news.map(({ record }) => record);
    parts.tally.submitted += records.length;
    for (const record of records) parts.tally.moved(null, record);
    parts.placing.add(records.filter(isClaimable));
    return committed;
  }

  /** What answers a key that is known; undefined for a new one. */
  async #answerOf(key: JobKey): Promise<StoredAnswer | undefined> {
    const parts = this.#parts;
    const text = await parts.client.get(parts.keys.idempotency(key.name));
    if (text === null) return undefined;
    const { seq, fingerprints } = JSON.parse(text) as KeptKey;
    if (!isRepeated(key, fingerprints)) return { kind: "key-conflict" };
    const found = await findRow(parts, seq);
    if (found.kind !== "found") return undefined; // It was removed just now, and the key with it.
    return { kind: "accepted", job: found.job, replayed: true };
  }
}

function isClaimable(record: JobRecord): boolean {
  return record.state === "queued" && hasTicket(record);
}

function acceptedAnswer(parts: Parts, { record }: NewRecord): StoredAnswer {
  if (isFinal(record.state))
    return { kind: "accepted", job: publicJob(parts, record, null), replayed: false };
  const { seq, createdAt, runAt, waitsFor } = record;
  const id = parts.ids.idOf(seq);
  const job: AcceptedRow = { id, createdAt, runAt, waitsFor: waitsFor.length };
  return { kind: "accepted", isNew: true, job, replayed: false };
}
