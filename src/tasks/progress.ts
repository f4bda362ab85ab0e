import { messageOf } from "../errors.ts";
import { writeJson } from "./output/output.ts";
import type { RunContext } from "./task.ts";

/**
 * What a task says more often than this is passed over, but for the last of it. Only what is told is
 * written, and so checked: a task may say something in each of a million turns.
 */
const pauseMs = 100;

const mostCharacters = 10_000;

/** Takes JSON text. */
type Tell = (progress: string) => void;

/** What one run says of itself, thinned out to what someone can follow. */
export interface Progress {
  readonly context: RunContext;
  /** Tells the last that was said, where it was not told yet. */
  end(): void;
  /** The same for a run that has failed: its own error is told, and none of its last value. */
  endFailed(): void;
}

/** For a run whose progress nobody wants to know. */
export const untold: RunContext = { progress: () => {} };

/**
 * @param tell left out where nobody listens
 * @param now the clock, in ms
 */
export function trackProgress(
  tell: Tell | undefined,
  now: () => number = () => performance.now(),
): Progress {
  if (!tell) return { context: untold, end: () => {}, endFailed: () => {} };
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
      // The value is no JSON, or too much of it: the run has failed anyway.
    }
  };
  return { context: { progress }, end, endFailed };
}

function writeBounded(value: unknown): string {
  const text = writeOrThrow(value);
  if (text.length <= mostCharacters) return text;
  throw new RangeError(
    `progress() was given ${text.length} characters of JSON; at most ${mostCharacters} are kept`,
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
