import type { Reply } from "../../../channel/envelope.ts";
import { messageOf } from "../../../errors.ts";
import { isDamage } from "../codes.ts";
import { type AskedCommand, type AskedWrite, isWrite } from "../commands.ts";
import { listRunning, loseAttempts, purgeJobs, type RowAttempt } from "./job-changes.ts";
import { carryOutRead, carryOutWrite } from "./operations.ts";
import { refuseRead, refuseWrite } from "./refused.ts";
import { stateCodes } from "./rows.ts";
import { type FileOptions, makeParts, type StoreParts } from "./store-parts.ts";
import { inTransaction } from "./transaction.ts";

export interface StoreOptions extends FileOptions {
  /** How long ended jobs and keys are kept. */
  readonly retentionMs: number;
}

/** At most so many rows are changed by one chore, so that no client waits long. */
const choreLimit = 500;

/**
 * The queue's file. It carries out commands in groups: one transaction, one flush to the disk, and
 * then the answers. The end of an attempt that cannot be written is kept in memory, and tried again
 * with each group: the result was computed, and must not be lost while this process lives.
 */
export class Store {
  readonly #options: StoreOptions;
  readonly #parts: StoreParts;
  #unwritten: AskedWrite[] = [];
  #trouble: string | null = null;
  #damage: unknown;
  /** Attempts of a former server that have not been taken back. */
  #former: readonly RowAttempt[];

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#parts = makeParts(options);
    this.#former = this.#transaction(() => {
      this.#parts.waiting.boundPauses();
      return listRunning(this.#parts);
    });
  }

  /** How many jobs of a former server still count as running. */
  get former(): number {
    return this.#former.length;
  }

  /**
   * The workers of the former server have ended, so its attempts are lost.
   *
   * @returns false if that cannot be written
   */
  takeBack(): boolean {
    const wasAlone = this.#former.length === 1;
    try {
      this.#transaction(() => loseAttempts(this.#parts, this.#former, wasAlone));
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.#former = [];
    return true;
  }

  /** How many jobs could be claimed now. */
  get ready(): number {
    return this.#parts.tally.count(stateCodes.ready);
  }

  /** How many jobs are in quarantine. */
  get quarantined(): number {
    return this.#parts.tally.count(stateCodes.quarantined);
  }

  /** Why the last write failed; null where it succeeded. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** The error in which SQLite said that the file is damaged. */
  get damage(): unknown {
    return this.#damage;
  }

  nextDueAt(): number | undefined {
    return this.#parts.waiting.nextDueAt();
  }

  /** The watched jobs that have changed since the last call. */
  takeNews() {
    const { watched, reader, ids } = this.#parts;
    const seqs = watched.takeChanged();
    return seqs.map((seq) => ({ id: ids.idOf(seq), found: reader.findRow(seq) }));
  }

  /** @returns the answers; those of ends that cannot be written yet come with a later group */
  carryOut(asked: readonly AskedCommand[]): Reply[] {
    const writes = [...this.#unwritten, ...asked.filter(isWrite)];
    this.#unwritten = [];
    const answers = writes.length > 0 ? this.#write(writes) : [];
    for (const each of asked) {
      if (isWrite(each)) continue;
      answers.push(this.#answered(each.call, () => carryOutRead(this.#parts, each)));
    }
    return answers;
  }

  /** Looks whether the wall clock was set. Call it before each group. */
  checkClock(): void {
    const { clock } = this.#options;
    const step = clock.look();
    if (step === 0) return;
    this.#chore(
      () => this.#parts.waiting.shiftPauses(step),
      () => clock.accept(step),
    );
  }

  /** Makes ready what is due, and removes what was kept long enough. @returns whether more is left */
  doChores(): boolean {
    const { clock, retentionMs } = this.#options;
    let mayBeMore = false;
    this.#chore(() => {
      const mayRelease = this.#parts.waiting.promote(choreLimit);
      // Setting the clock forward must not shorten the retention.
      const keptMs = retentionMs + clock.setForwardMs(retentionMs);
      const endedBefore = clock.now() - keptMs;
      const mayPurge = purgeJobs(this.#parts, endedBefore, choreLimit) >= choreLimit;
      mayBeMore = mayRelease || mayPurge;
    });
    return mayBeMore;
  }

  /** A change that nobody asked for. If it fails it is tried again later. */
  #chore(change: () => void, onWritten = () => {}): void {
    try {
      this.#transaction(change);
      onWritten();
      this.#trouble = null;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** All in one transaction. If that fails, each in its own: one must not fail the others. */
  #write(writes: readonly AskedWrite[]): Reply[] {
    try {
      const tellers = this.#transaction(() =>
        writes.map((each) => ({ call: each.call, tell: carryOutWrite(this.#parts, each) })),
      );
      this.#trouble = null;
      return tellers.map(({ call, tell }) => this.#answered(call, tell));
    } catch (error) {
      if (writes.length > 1) return writes.flatMap((each) => this.#write([each]));
      this.#failed(error);
      return writes.flatMap((each) => this.#notWritten(each));
    }
  }

  #notWritten(asked: AskedWrite): Reply[] {
    if (asked.name === "end" || asked.name === "lost") {
      this.#unwritten.push(asked);
      return [];
    }
    return [{ answer: asked.call, refusal: refuseWrite(this.#trouble) }];
  }

  #transaction<Value>(change: () => Value): Value {
    const { tally, watched } = this.#parts;
    try {
      const value = inTransaction(this.#options.db, change);
      tally.commit();
      watched.commit();
      return value;
    } catch (error) {
      tally.rollBack();
      watched.rollBack();
      throw error;
    }
  }

  #answered(answer: number, value: () => unknown): Reply {
    try {
      return { answer, value: value() };
    } catch (error) {
      this.#noteDamage(error);
      return { answer, refusal: refuseRead(error) };
    }
  }

  #failed(error: unknown): void {
    this.#trouble = messageOf(error);
    this.#noteDamage(error);
  }

  #noteDamage(error: unknown): void {
    if (isDamage(error)) this.#damage = error;
  }
}
