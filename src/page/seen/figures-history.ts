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

  /**
   * Takes the next ones. They replace what it has of the same time and later: after a reconnection the
   * server tells much again, and its clock may have been set back.
   */
  take(figures: SeenFigures): void {
    while (this.latest && this.latest.at >= figures.at) this.#figures.pop();
    this.#figures.push(figures);
    const kept = this.#figures.findIndex(({ at }) => at >= figures.at - keptMs);
    this.#figures.splice(0, kept);
  }

  clear(): void {
    this.#figures = [];
  }
}
