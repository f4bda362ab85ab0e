import type { Reply } from "../../../channel/envelope.ts";
import type { AskedCommand, HostChannel } from "../../messages/commands.ts";
import type { FileGuard } from "./file/guard.ts";
import type { Harm } from "./file/harm.ts";
import type { Verdict } from "./file/integrity.ts";
import { Gate } from "./gate.ts";
import type { Inbox } from "./inbox.ts";
import type { Store } from "./store.ts";
import { Telling } from "./telling.ts";
import type { WallClock } from "./wall-clock.ts";

/** How often the chores are done, the file is looked at, and a clock that was set is noticed. */
const choreMs = 1000;

/** The pause before a failed write is tried again. */
const retryMs = 250;

export interface StoreLoopOptions {
  readonly store: Store;
  readonly clock: WallClock;
  readonly guard: FileGuard;
  readonly host: HostChannel;
  readonly inbox: Inbox;
}

/**
 * The loop of the queue's thread: group after group, the store's own chores when they are due, and
 * the log into the file when it is long. After each of these steps the thread returns to its event
 * loop: what arrives meanwhile is next.
 */
export class StoreLoop {
  readonly #options: StoreLoopOptions;
  readonly #gate = new Gate();
  readonly #telling: Telling;
  /** In steady time. */
  #choresAt = Number.NEGATIVE_INFINITY;
  #lookAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  /** Commands and chores take turns. */
  #isTurnOfChores = true;
  /** Whether that was the last step. If it failed, it is tried again after another step. */
  #hasWrittenBack = false;

  constructor(options: StoreLoopOptions) {
    this.#options = options;
    this.#telling = new Telling({ ...options, gate: this.#gate });
  }

  /** Carries out the next group of what has arrived. What is left, and what is due, follows. */
  work(): void {
    const asked = this.#options.inbox.takeGroup();
    this.#isTurnOfChores = true;
    this.#step(asked, (answers) => {
      this.#look();
      this.#carryOut(asked, answers);
    });
  }

  /** Carries out all that has arrived. Nothing follows. */
  finish(): void {
    do this.work();
    while (!this.#options.inbox.isEmpty);
    this.stop();
  }

  /** The file was damaged, removed or replaced. Tells the host once. */
  learn(harm: Harm): void {
    if (!this.#gate.learn(harm)) return;
    this.#options.host.note("harm", { message: harm.message });
  }

  /** The file has been checked. */
  judge(verdict: Verdict): void {
    const { guard, host } = this.#options;
    if (verdict.kind === "damaged") this.learn(guard.damaged(verdict.detail));
    if (verdict.kind === "unknown") host.note("unchecked", { reason: verdict.detail });
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
  }

  /** @param step adds the answers that are certain, whatever fails after them */
  #step(asked: readonly AskedCommand[], step: (answers: Reply[]) => void): void {
    this.stop();
    const answers: Reply[] = [];
    try {
      step(answers);
    } catch (error) {
      // SQLite found the damage before the look of each second did.
      const harm = this.#options.guard.harmOf(error);
      if (harm) this.learn(harm);
      this.#telling.tellBrokenOff(asked, answers);
      if (!harm) throw error;
    }
    this.#hasWrittenBack = false;
    this.#plan();
  }

  #plan(): void {
    const isMore = !this.#options.inbox.isEmpty || this.#owesWriteBack || this.#owesChores;
    if (isMore) this.#soon = setImmediate(() => this.#goOn());
    else if (this.#gate.allowsReads) this.#timer = setTimeout(() => this.#goOn(), this.#pauseMs());
  }

  #goOn(): void {
    if (this.#owesWriteBack) this.#writeBack();
    else if (this.#owesChores) this.#step([], (answers) => this.#doChores(answers));
    else this.work();
  }

  get #owesWriteBack(): boolean {
    if (this.#hasWrittenBack || !this.#gate.allowsWrites) return false;
    return this.#options.guard.isLogLong;
  }

  get #owesChores(): boolean {
    return this.#isTurnOfChores && this.#gate.allowsWrites && this.#untilDueMs() <= 0;
  }

  #look(): void {
    const { clock, guard, host } = this.#options;
    if (this.#gate.isSettled || clock.steady() < this.#lookAt) return;
    this.#lookAt = clock.steady() + choreMs;
    const harm = guard.look();
    if (harm) this.learn(harm);
    else if (!guard.isMissed && this.#gate.recover()) host.note("back", {});
  }

  #carryOut(asked: readonly AskedCommand[], answers: Reply[]): void {
    const { store } = this.#options;
    const { passed, refused } = this.#gate.sort(asked);
    if (this.#gate.allowsWrites) store.checkClock();
    answers.push(...refused, ...store.carryOut(passed));
    this.#tell(answers);
  }

  #doChores(answers: Reply[]): void {
    const { store, clock } = this.#options;
    this.#isTurnOfChores = false;
    this.#choresAt = clock.steady() + (store.doChores() ? 0 : choreMs);
    this.#tell(answers);
  }

  #writeBack(): void {
    this.#options.guard.writeBack();
    this.#hasWrittenBack = true;
    this.#plan();
  }

  #tell(answers: readonly Reply[]): void {
    const { store } = this.#options;
    if (store.damage && this.#gate.allowsWrites) throw store.damage;
    this.#telling.tell(answers);
  }

  #pauseMs(): number {
    if (!this.#gate.allowsWrites) return choreMs;
    return this.#telling.isInTrouble ? retryMs : Math.max(1, this.#untilDueMs());
  }

  /** Until the chores or a delayed job are due. */
  #untilDueMs(): number {
    const { store, clock } = this.#options;
    if (store.hasUrgentChores) return 0;
    const dueAt = store.nextDueAt() ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#choresAt - clock.steady(), dueAt - clock.now());
  }
}
