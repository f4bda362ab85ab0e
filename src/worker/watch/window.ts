import type { SeenThreadEnd } from "../../telemetry/watch/contract.ts";
import type { SeenGroup, SeenRun } from "../../telemetry/watch/seen.ts";

/** A run that has ended. */
export interface EndedRun extends SeenRun {
  readonly endedAt: number;
}

/** With more ends than that between two notes (100 ms), short runs are told as groups. */
const mostSingle = 20;

/** A run of this length is always told by itself. */
const longMs = 100;

/** The most groups of one note, and the most ends of threads. */
const mostGroups = 1000;
const mostThreadEnds = 10;

/** What has ended since the last note. */
export class Window {
  readonly #alone: EndedRun[] = [];
  /** Those that may become groups. */
  #few: EndedRun[] = [];
  #groups: Map<string, Group> | undefined;
  readonly threadEnds: SeenThreadEnd[] = [];

  /** @param isTold whether its start was told: then its end must be */
  add(run: EndedRun, isTold: boolean): void {
    if (isTold || run.endedAt - run.startedAt >= longMs) this.#alone.push(run);
    else if (this.#groups) addTo(this.#groups, run);
    else if (this.#few.push(run) > mostSingle) {
      this.#groups = new Map();
      for (const one of this.#few) addTo(this.#groups, one);
      this.#few = [];
    }
  }

  addThreadEnd(end: SeenThreadEnd): void {
    if (this.threadEnds.length < mostThreadEnds) this.threadEnds.push(end);
  }

  get isEmpty(): boolean {
    const { length } = this.#alone;
    return length + this.#few.length + this.threadEnds.length === 0 && !this.#groups;
  }

  /** Whether it should be told at once. */
  get isFull(): boolean {
    return (this.#groups?.size ?? 0) >= mostGroups || this.#alone.length >= mostGroups;
  }

  get runs(): readonly EndedRun[] {
    return [...this.#alone, ...this.#few];
  }

  get groups(): readonly SeenGroup[] {
    return [...(this.#groups?.values() ?? [])];
  }
}

type Group = { -readonly [Field in keyof SeenGroup]: SeenGroup[Field] };

function addTo(groups: Map<string, Group>, run: EndedRun): void {
  const { row, task, lane, startedAt, endedAt } = run;
  const key = `${row} ${lane} ${task}`;
  let group = groups.get(key);
  if (!group) {
    const none = { count: 0, failed: 0, busyMs: 0, longestMs: 0, queuedMs: 0 };
    group = { row, task, lane, from: startedAt, to: endedAt, ...none };
    groups.set(key, group);
  }
  const ranMs = endedAt - startedAt;
  group.count++;
  if (run.outcome !== "succeeded") group.failed++;
  group.from = Math.min(group.from, startedAt);
  group.to = Math.max(group.to, endedAt);
  group.busyMs += ranMs;
  group.longestMs = Math.max(group.longestMs, ranMs);
  group.queuedMs += startedAt - run.acceptedAt;
}
