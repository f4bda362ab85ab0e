import { LiveLines, type Screen } from "../../command/live-lines.ts";
import { writeMs, writePerSecond } from "../../command/wording.ts";
import type { Interval, LoadProgress } from "../../load/result.ts";
import { describeCounts } from "../result/wording.ts";
import type { Watcher } from "../run/session.ts";

const bars = "▁▂▃▄▅▆▇█";
/** Intervals of 100 ms. The figures cover the last second, the sparkline the last six. */
const shown = 60;
const recent = 10;

/** Writes log lines: one for each finished stretch of load. */
export function createLineWatcher(write: (text: string) => void): Watcher {
  return {
    phase: (text) => write(`${text}\n`),
    began: () => {},
    progress: () => {},
    finished: (line) => write(`${line}\n`),
  };
}

/** Shows what runs now, redrawn below the lines of what has finished. */
export class LiveView implements Watcher {
  readonly #live: LiveLines;
  readonly #colour: boolean;
  #phase = "";
  #rate: number | null = null;
  #intervals: Interval[] = [];

  constructor(screen: Screen, colour: boolean) {
    this.#live = new LiveLines(screen);
    this.#colour = colour;
  }

  phase(text: string): void {
    this.finished(text);
  }

  began(phase: string, rate: number | null): void {
    this.#phase = phase;
    this.#rate = rate;
    this.#intervals = [];
    this.#live.draw([`${phase} begins: ${this.#asked()}`]);
  }

  progress(progress: LoadProgress): void {
    this.#intervals = [...this.#intervals, ...progress.load].slice(-shown);
    this.#live.draw(this.#lines(progress));
  }

  finished(line: string): void {
    this.#live.replace(`${this.#painted(line)}\n`);
  }

  /** Erases the live lines. Finished lines stay. */
  close(): void {
    this.#live.replace("");
  }

  #asked(): string {
    return this.#rate === null ? "one client" : `asked ${writePerSecond(this.#rate)}`;
  }

  #lines(progress: LoadProgress): string[] {
    const now = this.#intervals.slice(-recent);
    const seconds = addUp(now, "lengthMs") / 1_000 || 1;
    const last = now.findLast(({ p50 }) => p50 !== null);
    const latency =
      last === undefined
        ? "no answers yet"
        : `p50 ${writeMs(last.p50 ?? 0)}  p99 ${writeMs(last.p99 ?? 0)}`;
    const underWay = now.at(-1)?.inFlight ?? 0;
    const rates = `sent ${writePerSecond(addUp(now, "sent") / seconds)}  served ${writePerSecond(addUp(now, "correct") / seconds)}`;
    return [
      `${this.#phase} (${progress.phase}, ${(progress.elapsedMs / 1_000).toFixed(0)} s): ${this.#asked()}`,
      `  ${rates}  under way ${underWay}`,
      `  ${latency}  ${describeCounts(progress)}`,
      `  served ${drawSparkline(this.#intervals.map(({ correct }) => correct))}`,
    ];
  }

  #painted(line: string): string {
    if (!this.#colour) return line;
    const paint = (code: number, text: string) => `\u001b[${code}m${text}\u001b[39m`;
    return line
      .replace(/-> met/, `-> ${paint(32, "met")}`)
      .replace(/-> missed/, `-> ${paint(31, "missed")}`)
      .replace(/-> INVALID/, `-> ${paint(33, "INVALID")}`);
  }
}

/** Each value as a bar, from zero to the largest of them. */
export function drawSparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values
    .map((value) => bars[most === 0 ? 0 : Math.round((value / most) * (bars.length - 1))] ?? "")
    .join("");
}

function addUp(intervals: readonly Interval[], key: "sent" | "correct" | "lengthMs"): number {
  return intervals.reduce((total, interval) => total + interval[key], 0);
}
