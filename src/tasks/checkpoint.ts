import { messageOf } from "../errors.ts";
import { Sender } from "./allowance.ts";
import { writeJson } from "./output/output.ts";

/** Longer ones are refused: each is a write to the disk. */
export const mostCheckpointCharacters = 100_000;

/** The checkpoints of one attempt. */
export interface Checkpoints {
  checkpoint(value: unknown): void;
  /** The attempt did not succeed: the last value must be kept. */
  end(): void;
  /** It succeeded: nobody needs the value any more. */
  drop(): void;
}

/**
 * Each value is written as JSON when it is given: the task may change it afterwards.
 *
 * @param tell takes JSON text
 * @param now the clock, in ms, monotonic
 */
export function trackCheckpoints(tell: (json: string) => void, now: () => number): Checkpoints {
  let latest = "";
  const sender = new Sender(() => tell(latest), now);
  return {
    checkpoint: (value) => {
      latest = writeBounded(value);
      sender.offer();
    },
    end: () => sender.finish(),
    drop: () => sender.drop(),
  };
}

/** @throws TypeError for what is not JSON, RangeError for what is too long */
function writeBounded(value: unknown): string {
  const text = writeOrThrow(value);
  if (text.length <= mostCheckpointCharacters) return text;
  throw new RangeError(
    `checkpoint() was given ${text.length} characters of JSON; at most ${mostCheckpointCharacters} are kept. Store the data elsewhere, and its place in the checkpoint`,
  );
}

function writeOrThrow(value: unknown): string {
  try {
    return writeJson(value);
  } catch (cause) {
    const why = messageOf(cause);
    const message = `checkpoint() was given something that JSON cannot hold: ${why}`;
    throw new TypeError(message, { cause });
  }
}
