import { messageOf } from "../errors.ts";
import { writeJson } from "./output/output.ts";

/**
 * Minimum interval between reports; extra ones are dropped, except the last. Only reported values
 * are written and checked: a task may call this in each of a million turns.
 */
const pauseMs = 100;

export const mostProgressCharacters = 10_000;

/** Takes JSON text. */
type Tell = (progress: string) => void;

/** The progress of one run, at a rate that people can follow. */
export interface Progress {
  progress(value: unknown): void;
  /** Reports the last value if it was not reported yet. */
  end(): void;
  /**
   * The same for a failed run. An error in its last value is ignored: the run's own error counts.
   */
  endFailed(): void;
}

const untracked: Progress = { progress: () => {}, end: () => {}, endFailed: () => {} };

/**
 * @param tell left out if nobody listens
 * @param now the clock, in ms
 */
export function trackProgress(
  tell: Tell | undefined,
  now: () => number = () => performance.now(),
): Progress {
  if (!tell) return untracked;
  let toldAt = Number.NEGATIVE_INFINITY;
  let unsaid: { readonly value: unknown } | undefined;
  const progress = (value: unknown) => {
    unsaid = { value };
    if (now() - toldAt >= pauseMs) end();
  };
  const end = () => {
    if (!unsaid) return;
    const { value } = unsaid;
    unsaid = undefined;
    toldAt = now();
    tell(writeBounded(value));
  };
  const endFailed = () => {
    try {
      end();
    } catch {
      // The value is not JSON, or too long. The run has failed anyway.
    }
  };
  return { progress, end, endFailed };
}

function writeBounded(value: unknown): string {
  const text = writeOrThrow(value);
  if (text.length <= mostProgressCharacters) return text;
  throw new RangeError(
    `progress() was given ${text.length} characters of JSON; at most ${mostProgressCharacters} are kept`,
  );
}

function writeOrThrow(value: unknown): string {
  try {
    return writeJson(value);
  } catch (cause) {
    const why = messageOf(cause);
    throw new TypeError(`progress() was given something that JSON cannot hold: ${why}`, { cause });
  }
}
