import { expect } from "vitest";
import type { FoundBatch } from "../../../../src/jobs/batch.ts";
import { type Found, isFinal, jobStates } from "../../../../src/jobs/job.ts";
import type { FoundAttempts } from "../../../../src/jobs/queue.ts";
import type { RowAttempt } from "../../../../src/jobs/starts.ts";
import type { QueueStats } from "../../../../src/jobs/stats.ts";
import type { Stage } from "../../../../src/jobs/transitions/losses.ts";
import { StoreOnFile } from "../../../helpers/store-on-file.ts";
import { Model } from "./model.ts";
import { type ModelBatch, statesOf } from "./model-batches.ts";
import { isBlocked, type ModelJob, random, retentionMs } from "./model-job.ts";

/** The store on a real file, with a clock that the test moves, and the model beside it. */
export class Subject extends StoreOnFile {
  readonly model = new Model(this);

  constructor() {
    super({ retentionMs, random });
  }

  /** The workers of the former server have ended. */
  takeBack(stageOf: (attempt: RowAttempt) => Stage): void {
    expect(this.store.takeBack(stageOf)).toBe(true);
  }

  /** A claim may end jobs that it comes across, and that have not started in time. */
  adoptExpired(): void {
    for (const job of this.model.jobs.filter((each) => this.model.isOverdue(each))) {
      const found = this.find(job.id);
      const hasExpired = found.kind === "found" && found.job.state === "expired";
      if (hasExpired) this.model.finish(job, "expired");
    }
  }

  /** Compares the store with the model. */
  check(): void {
    const { model } = this;
    model.order.forgetGroups();
    model.batches.close(model.now);
    this.#checkJobs();
    for (const batch of model.batches.all) this.#checkBatch(batch);
  }

  #checkJobs(): void {
    const counts = Object.fromEntries(jobStates.map((state) => [state, 0]));
    for (const expected of this.model.jobs) {
      const found = this.ask<Found>({ name: "find", args: { id: expected.id, withResult: true } });
      if (expected.state === "gone") {
        expect(found.kind).toBe("gone");
        continue;
      }
      counts[expected.state] = (counts[expected.state] ?? 0) + 1;
      if (found.kind !== "found") throw new Error(`${expected.id} is ${found.kind}`);
      const { state, attempts, priority } = expected;
      const waitsFor = isBlocked(expected) ? expected.waits.size : 0;
      expect(found.job).toMatchObject({ state, attempts, priority, waitsFor });
      expect(found.job.finishedAt !== null).toBe(isFinal(state));
      expect(found.result !== null).toBe(state === "succeeded");
      if (state === "failed") expect(found.job.error).not.toBeNull();
      this.#checkPast(expected);
    }
    expect(this.ask<QueueStats>({ name: "stats", args: {} }).states).toEqual(counts);
  }

  #checkBatch(batch: ModelBatch): void {
    const found = this.ask<FoundBatch>({ name: "find-batch", args: { id: batch.id } });
    if (batch.jobs.every(({ state }) => state === "gone")) {
      expect(found.kind).toBe("gone");
      return;
    }
    const { finishedAt } = batch;
    expect(found).toMatchObject({ kind: "found", batch: { finishedAt, states: statesOf(batch) } });
  }

  #checkPast({ id, past }: ModelJob): void {
    const found = this.ask<FoundAttempts>({ name: "attempts", args: { id } });
    const attempts = found.kind === "found" ? found.attempts : [];
    expect(attempts.map(({ outcome, counts }) => `${outcome} ${counts}`)).toEqual(past);
  }
}
