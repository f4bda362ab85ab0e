import { messageOf, shorten } from "../errors.ts";
import { Sender } from "./allowance.ts";

/** How many lines of a run are kept: the last ones. */
export const mostLogLines = 20;

/** A longer line is cut. */
const mostLineCharacters = 500;

/** One line that a task logged. */
export interface LogLine {
  /** Ms since 1970. */
  readonly at: number;
  readonly text: string;
}

/** The last lines that a run logged. */
export interface RunLog {
  readonly lines: readonly LogLine[];
  /** How many lines before them were dropped. */
  readonly dropped: number;
}

export interface LogTracker {
  log(text: unknown): void;
  /** Tells the last lines, unless they were told. */
  end(): void;
}

/**
 * Keeps the last lines of a run.
 *
 * @param tell takes all of them, each time
 * @param now the clock, in ms, monotonic
 */
export function trackLog(tell: (log: RunLog) => void, now: () => number): LogTracker {
  const lines: LogLine[] = [];
  let dropped = 0;
  const sender = new Sender(() => tell({ lines: [...lines], dropped }), now);
  return {
    log: (text) => {
      if (lines.length === mostLogLines) {
        lines.shift();
        dropped++;
      }
      lines.push({ at: Date.now(), text: shorten(textOf(text), mostLineCharacters) });
      sender.offer();
    },
    end: () => sender.finish(),
  };
}

/** A call to log must not fail a run: an error is logged by its message, all else as its text. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : messageOf(value);
}
