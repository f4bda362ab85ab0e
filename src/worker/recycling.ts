/** `--max-rss` and `--max-runs`: a worker that has had enough asks for a new one in its place. */
import type { WearReason } from "../channel/supervision.ts";
import type { Config } from "../config/config.ts";
import type { Telemetry } from "../telemetry/events.ts";

/** Interval between looks at the memory. */
const lookMs = 1000;

/** So many looks in a row must find too much: one run may need a lot for a moment. */
const looksInARow = 5;

/** A limit on runs is this much shorter at most, by chance: workers that start together part. */
const jitter = 0.1;

export interface RecyclingParts {
  readonly config: Pick<Config, "maxRssBytes" | "maxRuns">;
  readonly telemetry: Telemetry;
  /** Asks the primary for a new worker. This one goes on until that one is ready. */
  readonly onWorn: (reason: WearReason) => void;
  readonly onWarning: (message: string) => void;
  /** Memory of this process (resident set). */
  readonly rssBytes?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/** Begins to count, when the worker is ready. Nothing is counted where there is no limit. */
export function watchWear(parts: RecyclingParts): void {
  let isWorn = false;
  const wear = (reason: WearReason) => {
    if (!isWorn) parts.onWorn(reason);
    isWorn = true;
  };
  const { maxRuns, maxRssBytes } = parts.config;
  if (maxRuns !== "none") countRuns(parts, maxRuns, () => wear("runs"));
  if (maxRssBytes !== "none") watchMemory(parts, maxRssBytes, () => wear("memory"));
}

function countRuns(
  { telemetry, random = Math.random }: RecyclingParts,
  most: number,
  onWorn: () => void,
): void {
  let left = Math.max(1, Math.round(most * (1 - jitter * random())));
  const count = () => {
    left--;
    if (left > 0) return;
    telemetry.off("run.ended", count);
    onWorn();
  };
  telemetry.on("run.ended", count);
}

function watchMemory(
  { onWarning, rssBytes = process.memoryUsage.rss }: RecyclingParts,
  most: number,
  onWorn: () => void,
): void {
  const atStart = rssBytes();
  if (atStart >= most) {
    onWarning(
      `--max-rss is less than a worker has right after its start (${mebibytes(atStart)} MB), so it ` +
        "replaces nothing. Raise it",
    );
    return;
  }
  let tooMuch = 0;
  const looking = setInterval(() => {
    tooMuch = rssBytes() > most ? tooMuch + 1 : 0;
    if (tooMuch < looksInARow) return;
    clearInterval(looking);
    onWorn();
  }, lookMs).unref();
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 2);
}
