import type { Answer, Asked, FromThread } from "../commands.ts";
import type { FileGuard } from "./file/guard.ts";
import type { Harm } from "./file/harm.ts";
import type { Verdict } from "./file/integrity.ts";
import { Gate } from "./gate.ts";
import type { Groups } from "./group.ts";
import type { WallClock } from "./wall-clock.ts";

/**
 * How often ended jobs are looked through for those that were kept long enough, how often the file
 * is looked at, and the longest time until a clock that was set is noticed.
 */
const choreMs = 1000;

/** The pause before what could not be written is tried again. */
const againMs = 250;

export interface RoundsOptions {
  readonly groups: Groups;
  readonly clock: WallClock;
  readonly guard: FileGuard;
  readonly tell: (message: FromThread) => void;
}

/** Group after group, and the store's own chores when their time has come. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #gate = new Gate();
  /** In steady time. */
  #choresAt = Number.NEGATIVE_INFINITY;
  #lookAt = Number.NEGATIVE_INFINITY;
  #trouble: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  work(asked: readonly Asked[]): void {
    clearTimeout(this.#timer);
    const answers: Answer[] = [];
    try {
      this.#look();
      this.#round(asked, answers);
    } catch (error) {
      // SQLite met the damage before the look of each second did.
      const harm = this.#options.guard.harmOf(error);
      if (harm) this.learn(harm);
      this.#tellBrokenOff(asked, answers);
      if (!harm) throw error;
    }
    if (this.#gate.allowsReads) this.#timer = setTimeout(() => this.work([]), this.#pauseMs());
  }

  /** Something has come over the file. It is told once. */
  learn(harm: Harm): void {
    if (!this.#gate.learn(harm)) return;
    this.#options.tell({ kind: "harm", message: harm.message });
  }

  /** The file has been checked. */
  judge(verdict: Verdict): void {
    const { guard, tell } = this.#options;
    if (verdict.kind === "damaged") this.learn(guard.damaged(verdict.detail));
    if (verdict.kind === "unknown") tell({ kind: "unchecked", reason: verdict.detail });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const { clock, guard, tell } = this.#options;
    if (this.#gate.isSettled || clock.steady() < this.#lookAt) return;
    this.#lookAt = clock.steady() + choreMs;
    const harm = guard.look();
    if (harm) this.learn(harm);
    else if (!guard.isMissed && this.#gate.recover()) tell({ kind: "back" });
  }

  /** @param answers gets what is certain, before anything else is looked at */
  #round(asked: readonly Asked[], answers: Answer[]): void {
    const { groups } = this.#options;
    const { passed, refused } = this.#gate.sort(asked);
    if (this.#gate.allowsWrites) groups.checkClock();
    answers.push(...refused, ...groups.carryOut(passed));
    if (this.#gate.allowsWrites) this.#doChores();
    if (groups.damage && this.#gate.allowsWrites) throw groups.damage;
    this.#tellTrouble();
    this.#tellAnswers(answers);
  }

  #doChores(): void {
    const { groups, clock } = this.#options;
    if (this.#untilDueMs() > 0) return;
    this.#choresAt = clock.steady() + (groups.chores() ? 0 : choreMs);
  }

  #tellTrouble(): void {
    const { groups, tell } = this.#options;
    if (groups.trouble === this.#trouble || !this.#gate.allowsWrites) return;
    this.#trouble = groups.trouble;
    tell({ kind: "trouble", message: this.#trouble });
  }

  #tellAnswers(answers: readonly Answer[]): void {
    const { groups, tell } = this.#options;
    if (this.#gate.allowsWrites) {
      const { ready, held } = groups;
      tell({ kind: "told", answers, news: groups.news(), ready, held });
    } else {
      tell({ kind: "told", answers, news: [], ready: 0, held: 0 });
    }
  }

  /** What was committed before a round broke off is told; the rest is refused. */
  #tellBrokenOff(asked: readonly Asked[], answers: readonly Answer[]): void {
    const kept = answers.filter((answer) => "value" in answer);
    const refs = new Set(kept.map(({ ref }) => ref));
    const refused = this.#gate.refuseAll(asked.filter(({ ref }) => !refs.has(ref)));
    const told = { answers: [...kept, ...refused], news: [], ready: 0, held: 0 };
    this.#options.tell({ kind: "told", ...told });
  }

  #pauseMs(): number {
    if (!this.#gate.allowsWrites) return choreMs;
    return this.#trouble === null ? Math.max(1, this.#untilDueMs()) : againMs;
  }

  /** Until the chores are due, or a job is. */
  #untilDueMs(): number {
    const { groups, clock } = this.#options;
    const dueAt = groups.nextDueAt() ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#choresAt - clock.steady(), dueAt - clock.now());
  }
}
