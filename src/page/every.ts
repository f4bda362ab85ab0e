import { Problem } from "./net/problem.ts";

/** While the page is in sight. */
const everyMs = 1000;

export interface Repeated {
  /** Does it once more, from now on. Resolves when it is done. */
  now(): Promise<void>;
  end(): void;
}

/** No token and no right to it; nothing there, or not any more; a server without it. */
const lastStatuses: ReadonlySet<number> = new Set([401, 403, 404, 410, 501]);

/**
 * Does something at once and about once a second, while the page is in sight. It rests after an answer
 * that would be the same the next time: a user who gave no token is not asked again and again.
 *
 * @param onError is told each failure; null after a success
 * @param isInSight whether somebody may look at the page
 */
export function everySecond(
  action: (signal: AbortSignal) => Promise<void>,
  onError: (error: Problem | null) => void,
  isInSight: () => boolean,
): Repeated {
  const ending = new AbortController();
  let isWanted = true;
  let underWay: Promise<void> | undefined;
  const carryOut = async () => {
    try {
      await action(ending.signal);
      if (ending.signal.aborted) return;
      isWanted = true; // `now` may have ended a rest.
      onError(null);
    } catch (error) {
      if (ending.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      isWanted = !lastStatuses.has(error.status);
      onError(error);
    }
  };
  const start = () => {
    underWay ??= carryOut().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const timer = setInterval(() => {
    if (isWanted && isInSight()) void start();
  }, everyMs);
  void start();
  return {
    // What is under way may have begun before whatever the caller has done.
    now: async () => {
      await underWay;
      if (!ending.signal.aborted) await start();
    },
    end: () => {
      clearInterval(timer);
      ending.abort();
    },
  };
}
