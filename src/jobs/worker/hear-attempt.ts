import type { AssignedJob, Attempt } from "../messages/commands.ts";
import type { AttemptListener } from "../queue.ts";
import type { StartMarks } from "../starts.ts";

export interface AttemptTold {
  /** Null where starts cannot be marked. */
  readonly marks: StartMarks | null;
  readonly tellProgress: (attempt: Attempt, progress: string) => void;
  readonly tellCheckpoint: (attempt: Attempt, checkpoint: string) => void;
  /** A start could not be marked. */
  readonly tellUnmarked: () => void;
  /** Sends at once what was told. */
  readonly flush: () => void;
}

/** Marks the start of an attempt, and passes on what its task says. */
export function hearAttempt(
  job: AssignedJob,
  { marks, tellProgress, tellCheckpoint, tellUnmarked, flush }: AttemptTold,
): AttemptListener {
  const { id, token, mark } = job;
  return {
    ...(marks && { startMark: marks.of(mark, job) }),
    onStart: () => {
      if (!marks || marks.start(mark, job)) return;
      tellUnmarked();
      flush();
    },
    onProgress: (progress) => {
      tellProgress({ id, token }, progress);
      flush(); // A run on the event loop holds up the next turn.
    },
    onCheckpoint: (checkpoint) => {
      tellCheckpoint({ id, token }, checkpoint);
      flush();
    },
  };
}
