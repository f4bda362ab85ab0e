import type { Reply } from "../../../channel/envelope.ts";
import type { AskedCommand, HostChannel } from "../commands.ts";
import type { FileGuard } from "./file/guard.ts";
import type { Harm } from "./file/harm.ts";
import type { Verdict } from "./file/integrity.ts";
import { Gate } from "./gate.ts";
import type { Store } from "./store.ts";
import type { WallClock } from "./wall-clock.ts";

/** How often the chores are done, the file is looked at, and a clock that was set is noticed. */
const choreMs = 1000;

/** The pause before a failed write is tried again. */
const retryMs = 250;

const nothingToClaim = { ready: 0, quarantined: 0 };

export interface StoreLoopOptions {
  readonly store: Store;
  readonly clock: WallClock;
  readonly guard: FileGuard;
  readonly host: HostChannel;
}

/** The loop of the queue's thread: group after group, and the store's own chores when they are due. */
export class StoreLoop {
  readonly #options: StoreLoopOptions;
  readonly #gate = new Gate();
  /** In steady time. */
  #choresAt = Number.NEGATIVE_INFINITY;
  #lookAt = Number.NEGATIVE_INFINITY;
  #trouble: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: StoreLoopOptions) {
    this.#options = options;
  }

  /** Carries out what was asked, and what is due. */
  work(asked: readonly AskedCommand[]): void {
    clearTimeout(this.#timer);
    const answers: Reply[] = [];
    try {
      this.#look();
      this.#round(asked, answers);
    } catch (error) {
      // SQLite found the damage before the look of each second did.
      const harm = this.#options.guard.harmOf(error);
      if (harm) this.learn(harm);
      this.#tellBrokenOff(asked, answers);
      if (!harm) throw error;
    }
    if (this.#gate.allowsReads) this.#timer = setTimeout(() => this.work([]), this.#pauseMs());
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
  }

  #look(): void {
    const { clock, guard, host } = this.#options;
    if (this.#gate.isSettled || clock.steady() < this.#lookAt) return;
    this.#lookAt = clock.steady() + choreMs;
    const harm = guard.look();
    if (harm) this.learn(harm);
    else if (!guard.isMissed && this.#gate.recover()) host.note("back", {});
  }

  /** @param answers takes the answers that are certain, whatever fails after them */
  #round(asked: readonly AskedCommand[], answers: Reply[]): void {
    const { store } = this.#options;
    const { passed, refused } = this.#gate.sort(asked);
    if (this.#gate.allowsWrites) store.checkClock();
    answers.push(...refused, ...store.carryOut(passed));
    if (this.#gate.allowsWrites) this.#doChores();
    if (store.damage && this.#gate.allowsWrites) throw store.damage;
    this.#tellTrouble();
    this.#tellAnswers(answers);
  }

  #doChores(): void {
    const { store, clock } = this.#options;
    if (this.#untilDueMs() > 0) return;
    this.#choresAt = clock.steady() + (store.doChores() ? 0 : choreMs);
  }

  #tellTrouble(): void {
    const { store, host } = this.#options;
    if (store.trouble === this.#trouble || !this.#gate.allowsWrites) return;
    this.#trouble = store.trouble;
    host.note("trouble", { message: this.#trouble });
  }

  #tellAnswers(answers: readonly Reply[]): void {
    const { store, host } = this.#options;
    const hasWrites = this.#gate.allowsWrites;
    const news = hasWrites ? store.takeNews() : [];
    for (const answer of answers) host.reply(answer);
    for (const each of news) host.note("news", each);
    if (hasWrites) host.note("counts", { ready: store.ready, quarantined: store.quarantined });
    else host.note("counts", nothingToClaim);
    host.flush();
  }

  /** A round failed. Answers what was committed before, and refuses the rest. */
  #tellBrokenOff(asked: readonly AskedCommand[], answers: readonly Reply[]): void {
    const kept = answers.filter((reply) => "value" in reply);
    const calls = new Set(kept.map(({ answer }) => answer));
    const refused = this.#gate.refuseAll(asked.filter(({ call }) => !calls.has(call)));
    const { host } = this.#options;
    for (const reply of [...kept, ...refused]) host.reply(reply);
    host.note("counts", nothingToClaim);
    host.flush();
  }

  #pauseMs(): number {
    if (!this.#gate.allowsWrites) return choreMs;
    return this.#trouble === null ? Math.max(1, this.#untilDueMs()) : retryMs;
  }

  /** Until the chores or a delayed job are due. */
  #untilDueMs(): number {
    const { store, clock } = this.#options;
    const dueAt = store.nextDueAt() ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#choresAt - clock.steady(), dueAt - clock.now());
  }
}
