import type { SeenFigures } from "../../telemetry/watch/seen.ts";

/** As long as the charts go back. */
const keptMs = 600_000;

/** The figures of the last ten minutes, the oldest first. */
export class FiguresHistory {
  #figures: SeenFigures[] = [];

  get all(): readonly SeenFigures[] {
    return this.#figures;
  }

  get latest(): SeenFigures | undefined {
    return this.#figures.at(-1);
  }

  /** Takes what is newer than what it has. After a reconnection, the server tells much again. */
  take(figures: SeenFigures): void {
    if (figures.at <= (this.latest?.at ?? 0)) return;
    this.#figures.push(figures);
    const kept = this.#figures.findIndex(({ at }) => at >= figures.at - keptMs);
    this.#figures.splice(0, kept);
  }

  clear(): void {
    this.#figures = [];
  }
}
