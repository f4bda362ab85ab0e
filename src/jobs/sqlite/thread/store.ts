import type { Reply } from "../../../channel/envelope.ts";
import { type AskedCommand, type AskedWrite, isWrite } from "../../messages/commands.ts";
import type { RowAttempt } from "../../starts.ts";
import type { Stage } from "../../transitions/losses.ts";
import {
  doChores,
  type Failure,
  hasUrgentChores,
  isShifting,
  listChores,
  nextDueAt,
} from "./chores.ts";
import { Shrinking } from "./file/shrinking.ts";
import { Trouble } from "./file/trouble.ts";
import { endFormer } from "./former-attempts.ts";
import { listRunning } from "./jobs/job-changes.ts";
import { stateCodes } from "./jobs/rows.ts";
import { type News, takeNews } from "./news.ts";
import { carryOutRead, carryOutWrite } from "./operations.ts";
import { refuseRead, refuseWrite } from "./refused.ts";
import { type FileOptions, makeParts, type StoreParts } from "./store-parts.ts";
import { changeStore, countChanges } from "./store-transaction.ts";
import { isKept, oneByOne, withoutUnwritten } from "./unwritten.ts";

export interface StoreOptions extends FileOptions {
  /** How long ended jobs and keys are kept. */
  readonly retentionMs: number;
}

/**
 * The queue's file. It carries out commands in groups: one transaction, one flush to the disk, and
 * then the answers. The end of an attempt that cannot be written is kept in memory, and tried again
 * with each group: the result was computed, and must not be lost while this process lives.
 */
export class Store {
  readonly #options: StoreOptions;
  readonly #parts: StoreParts;
  readonly #shrinking: Shrinking;
  #unwritten: AskedWrite[] = [];
  readonly #trouble = new Trouble();
  /** Attempts of a former server that have not been taken back. */
  #former: readonly RowAttempt[];

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#parts = makeParts(options);
    this.#shrinking = new Shrinking(options.db);
    this.#former = this.#transaction(() => {
      this.#parts.waiting.boundPauses();
      this.#parts.times.compare(options.clock.now());
      return listRunning(this.#parts);
    });
  }

  /** How many jobs of a former server still count as running. */
  get former(): number {
    return this.#former.length;
  }

  /**
   * The workers of the former server have ended.
   *
   * @returns false if that cannot be written
   */
  takeBack(stageOf: (attempt: RowAttempt) => Stage = () => "running"): boolean {
    try {
      this.#transaction(() => endFormer(this.#parts, this.#former, stageOf));
    } catch (error) {
      this.#trouble.failed(error);
      return false;
    }
    this.#former = [];
    return true;
  }

  /** Whether an attempt counts as running, of this server or of a former one. */
  get isAnyRunning(): boolean {
    return this.#parts.tally.count(stateCodes.running) > 0;
  }

  /** How many jobs could be claimed now. */
  get ready(): number {
    return this.#parts.lines.claimable(false);
  }

  /** How many jobs could be claimed now that run alone on their worker. */
  get quarantined(): number {
    return this.#parts.lines.claimable(true);
  }

  /** Why the last write failed; null where it succeeded. */
  get trouble(): string | null {
    return this.#trouble.reason;
  }

  /** The error in which SQLite said that the file is damaged. */
  get damage(): unknown {
    return this.#trouble.damage;
  }

  /** Whether chores are left that do not wait for their time. */
  get hasUrgentChores(): boolean {
    return hasUrgentChores(this.#parts);
  }

  /** When a job has to be made ready or to expire, or a schedule is due; undefined if nothing is. */
  nextDueAt(): number | undefined {
    return nextDueAt(this.#parts);
  }

  /** What the primary has to hear since the last call. */
  takeNews(): News {
    return takeNews(this.#parts);
  }

  /** @returns the answers; those of ends that cannot be written yet come with a later group */
  carryOut(asked: readonly AskedCommand[]): Reply[] {
    const writes = [...this.#unwritten, ...asked.filter(isWrite)];
    this.#unwritten = [];
    const written = writes.length > 0 ? this.#write(writes) : [];
    const answers = withoutUnwritten(written, this.#unwritten);
    for (const each of asked) {
      if (isWrite(each)) continue;
      answers.push(this.#answered(each.call, () => carryOutRead(this.#parts, each)));
    }
    return answers;
  }

  /** Looks whether the wall clock was set. Call it before each group. */
  checkClock(): void {
    const { clock } = this.#options;
    const step = isShifting(this.#parts) ? 0 : clock.look();
    if (step === 0) return;
    this.#chore(
      () => {
        this.#parts.waiting.shiftPauses(step);
        if (step < 0) this.#parts.times.beginSpan();
        this.#parts.deliveries.shift.begin(step);
      },
      () => clock.accept(step),
    );
  }

  /**
   * Makes ready what is due, makes the jobs of schedules, and removes what was kept long enough.
   *
   * @returns whether more is left
   */
  doChores(): boolean {
    const chores = listChores(this.#parts, this.#options.retentionMs);
    const { failure, mayBeMore } = doChores(chores, (change) => this.#chore(change));
    if (failure) this.#trouble.failed(failure.error);
    return mayBeMore || this.hasUrgentChores || this.#shrink();
  }

  /** Gives free space back, a little at a time. @returns whether more is left */
  #shrink(): boolean {
    if (!this.#shrinking.isDue) return false;
    this.#chore(() => this.#shrinking.step());
    return this.trouble === null && this.#shrinking.isDue;
  }

  /** A change that nobody asked for. If it fails it is tried again later. */
  #chore(change: () => void, onWritten = () => {}): Failure | null {
    const before = countChanges(this.#parts);
    try {
      this.#transaction(change);
      onWritten();
      // One that found nothing to do says nothing about the disk.
      if (countChanges(this.#parts) > before) this.#trouble.written();
      return null;
    } catch (error) {
      this.#trouble.failed(error);
      return { error };
    }
  }

  /** All in one transaction. If that fails, each in its own: one must not fail the others. */
  #write(writes: readonly AskedWrite[]): Reply[] {
    try {
      const tellers = this.#transaction(() =>
        writes.map((each) => ({ call: each.call, tell: carryOutWrite(this.#parts, each) })),
      );
      this.#trouble.written();
      return tellers.map(({ call, tell }) => this.#answered(call, tell));
    } catch (error) {
      const alone = writes.length > 1 ? writes : oneByOne(writes[0]);
      if (alone.length > 1) return alone.flatMap((each) => this.#write([each]));
      this.#trouble.failed(error);
      return writes.flatMap((each) => this.#notWritten(each));
    }
  }

  #notWritten(asked: AskedWrite): Reply[] {
    if (isKept(asked)) {
      this.#unwritten.push(asked);
      return [];
    }
    return [{ answer: asked.call, refusal: refuseWrite(this.trouble) }];
  }

  #transaction<Value>(change: () => Value): Value {
    return changeStore(this.#options.db, this.#parts, change);
  }

  #answered(answer: number, value: () => unknown): Reply {
    try {
      return { answer, value: value() };
    } catch (error) {
      this.#trouble.noteDamage(error);
      return { answer, refusal: refuseRead(error) };
    }
  }
}
