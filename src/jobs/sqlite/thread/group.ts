import type { Reply } from "../../../channel/envelope.ts";
import { type Refusal, toRefusal } from "../../../channel/refusal.ts";
import { AppError, messageOf } from "../../../errors.ts";
import { isDamage } from "../codes.ts";
import { type AskedCommand, type AskedWrite, isWrite } from "../commands.ts";
import { Operations, type OperationsOptions } from "./operations.ts";
import type { RowAttempt } from "./store.ts";

export interface GroupsOptions extends OperationsOptions {
  /** How long ended jobs and keys are kept. */
  readonly retentionMs: number;
}

/** Rows that one transaction moves on the store's own account. */
const choreLimit = 500;

/**
 * Carries commands out in groups: one transaction, one flush to the disk, and only then the answers.
 * Ends of runs that cannot be written are kept and tried again with each group: the result was
 * computed, and what was promised of it holds as long as this process lives.
 */
export class Groups {
  readonly #options: GroupsOptions;
  readonly #operations: Operations;
  #unwritten: AskedWrite[] = [];
  #trouble: string | null = null;
  #damage: unknown;
  /** What was running under a former server, and has not been taken back. */
  #former: readonly RowAttempt[];

  constructor(options: GroupsOptions) {
    this.#options = options;
    this.#operations = new Operations(options);
    this.#former = this.#transaction(() => this.#operations.store.start());
  }

  /** How many jobs still count as running under a former server. */
  get former(): number {
    return this.#former.length;
  }

  /**
   * What ran under a former server is lost: its workers have ended.
   *
   * @returns false where that cannot be written
   */
  takeBack(): boolean {
    const { store } = this.#operations;
    try {
      this.#transaction(() => store.lost(this.#former, this.#former.length === 1));
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.#former = [];
    return true;
  }

  /** How many jobs could be claimed now. */
  get ready(): number {
    return this.#operations.ready;
  }

  /** How many jobs are held. */
  get held(): number {
    return this.#operations.held;
  }

  /** Why the last write failed; null where it did not. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** SQLite's error, where it has found that the file is damaged. */
  get damage(): unknown {
    return this.#damage;
  }

  nextDueAt(): number | undefined {
    return this.#operations.store.waiting.nextDueAt();
  }

  news() {
    return this.#operations.news();
  }

  /** Answers of what could not be written yet come with a later group. */
  carryOut(asked: readonly AskedCommand[]): Reply[] {
    const writes = [...this.#unwritten, ...asked.filter(isWrite)];
    this.#unwritten = [];
    const answers = writes.length > 0 ? this.#write(writes) : [];
    for (const each of asked) {
      if (isWrite(each)) continue;
      answers.push(this.#answered(each.call, () => this.#operations.read(each)));
    }
    return answers;
  }

  /** Sees whether the wall clock was set. To be called before each group. */
  checkClock(): void {
    const { clock } = this.#options;
    const step = clock.look();
    if (step === 0) return;
    this.#chore(
      () => this.#operations.store.waiting.shiftPauses(step),
      () => clock.accept(step),
    );
  }

  /** Makes ready what is due, and removes what was kept long enough. True where more may be left. */
  chores(): boolean {
    const { clock, retentionMs } = this.#options;
    const { store } = this.#operations;
    let mayBeMore = false;
    this.#chore(() => {
      const mayRelease = store.waiting.promote(choreLimit);
      // What ended before the clock was set forward has not been kept longer for that.
      const keptMs = retentionMs + clock.setForwardMs(retentionMs);
      const mayPurge = store.purge(clock.now() - keptMs, choreLimit) >= choreLimit;
      mayBeMore = mayRelease || mayPurge;
    });
    return mayBeMore;
  }

  /** Changes the file on the store's own account; what fails is tried again later. */
  #chore(change: () => void, onWritten = () => {}): void {
    try {
      this.#transaction(change);
      onWritten();
      this.#trouble = null;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** All together; where that fails, each by itself, so that one does not fail the others. */
  #write(writes: readonly AskedWrite[]): Reply[] {
    try {
      const tellers = this.#transaction(() =>
        writes.map((each) => ({ call: each.call, tell: this.#operations.change(each) })),
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
    const detail = `The queue's file cannot be written (${this.#trouble}). Nothing of this was kept: try again later.`;
    return [{ answer: asked.call, refusal: { type: "queue-unavailable", detail } }];
  }

  #transaction<Value>(change: () => Value): Value {
    const { db } = this.#options;
    try {
      db.exec("BEGIN IMMEDIATE");
      const value = change();
      db.exec("COMMIT");
      this.#operations.commit();
      return value;
    } catch (error) {
      // After a full disk SQLite may have rolled back by itself.
      if (db.isTransaction) db.exec("ROLLBACK");
      this.#operations.rollBack();
      throw error;
    }
  }

  #answered(answer: number, value: () => unknown): Reply {
    try {
      return { answer, value: value() };
    } catch (error) {
      this.#noteDamage(error);
      return { answer, refusal: refusalOfRead(error) };
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

/** What is no AppError comes from SQLite, or from the disk. */
function refusalOfRead(error: unknown): Refusal {
  if (error instanceof AppError) return toRefusal(error);
  const detail = `The queue's file cannot be read (${messageOf(error)}). Try again later.`;
  return { type: "queue-unavailable", detail };
}
