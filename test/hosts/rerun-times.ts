import { setTimeout as pause } from "node:timers/promises";
import type { Folder } from "../helpers/embedded-queue.ts";
import type { Desk } from "../kill/clients/desk.ts";
import { type Evidence, readEvidence, type Start } from "../kill/evidence.ts";
import { evidenceFile } from "../kill/witness-job.ts";

/** How often the files are looked at. */
const lookMs = 20;

/** Where a host that was killed has left jobs: when do they run elsewhere? */
export class RerunTimes {
  /** ms from the kill to the next start, for each run that was under way. */
  readonly all: number[] = [];
  readonly #desk: Desk;
  readonly #folder: Folder;

  constructor(desk: Desk, folder: Folder) {
    this.#desk = desk;
    this.#folder = folder;
  }

  /**
   * The jobs whose last run began in one of these processes, and has not ended.
   *
   * @returns their numbers, with how often each was started
   */
  async underWay(pids: ReadonlySet<number>): Promise<Map<number, number>> {
    const found = new Map<number, number>();
    for (const { number, isUnderWay } of this.#desk.accepted) {
      if (!isUnderWay) continue;
      const { starts, isOver } = await this.#read(number);
      const last = starts.at(-1);
      if (last && !isOver && pids.has(last.pid)) found.set(number, starts.length);
    }
    return found;
  }

  /** Resolves when each of them was started once more. */
  async measure(jobs: ReadonlyMap<number, number>, killedAt: number): Promise<void> {
    await Promise.all(
      [...jobs].map(async ([number, starts]) => {
        const next = await this.#nextStart(number, starts);
        if (next) this.all.push(next.at - killedAt);
      }),
    );
  }

  /** @returns nothing where its end was written before the kill */
  async #nextStart(number: number, count: number): Promise<Start | undefined> {
    for (;;) {
      const { starts, isOver } = await this.#read(number);
      if (starts.length > count) return starts[count];
      if (isOver) return undefined;
      await pause(lookMs);
    }
  }

  async #read(number: number): Promise<Evidence> {
    return readEvidence(evidenceFile(this.#folder, number));
  }
}

/** `p50 …, p90 …, longest …` in ms. */
export function spreadOf(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
  return `shortest ${at(0.0001)}, p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, longest ${at(1)} ms`;
}
