import { LiveLines, type Screen } from "../../command/live-lines.ts";
import { layOutTable } from "../../command/table.ts";
import { median } from "../../load/statistics/sample.ts";
import type { Progress } from "../run/progress.ts";

export interface Clock {
  readonly now: () => number;
}

/** Prints a line for each finished cell. */
export class LineProgress implements Progress {
  readonly #screen: Screen;
  readonly #remaining: () => string;

  constructor(screen: Screen, totalMs: number, clock: Clock) {
    this.#screen = screen;
    this.#remaining = createCountdown(totalMs, clock);
  }

  began(): void {}

  finished(label: string, figure?: { readonly runsPerSecond: number }): void {
    const rate = figure === undefined ? "" : `, ${figure.runsPerSecond.toFixed(1)} runs/s`;
    this.#screen.write(`${label}${rate} (${this.#remaining()})\n`);
  }

  close(): void {}
}

/** A table that is redrawn in place. Below it: what runs now, and the time left. */
export class LiveProgress implements Progress {
  readonly #lines: LiveLines;
  readonly #remaining: () => string;
  readonly #dim: (text: string) => string;
  readonly #rates = new Map<string, number[]>();

  constructor(screen: Screen, totalMs: number, clock: Clock, colour: boolean) {
    this.#lines = new LiveLines(screen);
    this.#remaining = createCountdown(totalMs, clock);
    this.#dim = (text) => (colour ? `\u001b[2m${text}\u001b[22m` : text);
  }

  began(label: string): void {
    this.#lines.draw([...this.#table(), `${label} (${this.#remaining()})`], this.#dim);
  }

  finished(
    _label: string,
    figure?: { readonly variant: string; readonly runsPerSecond: number },
  ): void {
    if (figure === undefined) return;
    const { variant, runsPerSecond } = figure;
    this.#rates.set(variant, [...(this.#rates.get(variant) ?? []), runsPerSecond]);
  }

  /** Takes the live lines away. */
  close(): void {
    this.#lines.replace("");
  }

  #table(): string[] {
    if (this.#rates.size === 0) return [];
    const rows = [...this.#rates].map(([variant, rates]) => [
      variant,
      median(rates).toFixed(1),
      String(rates.length),
    ]);
    return layOutTable(["variant", "runs/s", "cells"], rows).split("\n");
  }
}

/** Once a run is this late, nobody knows when it will end. */
const lateMs = 5_000;

function createCountdown(totalMs: number, { now }: Clock): () => string {
  const startedAt = now();
  return () => {
    const leftMs = totalMs - (now() - startedAt);
    if (leftMs < -lateMs) return `${Math.round(-leftMs / 1000)} s longer than was thought`;
    return leftMs < 1_000 ? "nearly done" : `about ${Math.ceil(leftMs / 1000)} s left`;
  };
}
