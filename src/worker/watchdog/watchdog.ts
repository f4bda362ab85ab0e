import inspector from "node:inspector";
import { Worker } from "node:worker_threads";
import { type HungRun, lifelineDescriptor } from "../../channel/supervision.ts";
import type { LoopWatch } from "../../compute/loop-watch.ts";
import { LoopBoard } from "./loop-board.js";

/** How often the loop says that it turns, at most; a short `--hang-timeout` wants it more often. */
const longestLookMs = 500;
const shortestLookMs = 50;

/** What the watchdog's thread may use: it keeps nothing. */
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

export interface WatchdogOptions {
  /** Runs at a time. */
  readonly slots: number;
  readonly runTimeoutMs: number;
  readonly hangTimeoutMs: number;
  /** Hears why there is no watchdog, or no longer. */
  readonly onError: (error: Error) => void;
}

/**
 * The event loop's end of the watchdog: a thread that ends this process when its event loop is held
 * for too long, and when the primary is gone (watchdog-thread.js).
 */
export class Watchdog implements LoopWatch {
  readonly #board: LoopBoard;
  readonly #lookMs: number;

  /** Starts the thread: at once for the primary's sake; the loop is watched from `watchLoop` on. */
  constructor({ slots, runTimeoutMs, hangTimeoutMs, onError }: WatchdogOptions) {
    this.#board = new LoopBoard(LoopBoard.memoryFor(slots));
    this.#lookMs = Math.min(longestLookMs, Math.max(shortestLookMs, hangTimeoutMs / 4));
    const thread = new Worker(new URL("./watchdog-thread.js", import.meta.url), {
      name: "watchdog",
      workerData: {
        memory: this.#board.memory,
        loopStartedAt: Number(process.hrtime.bigint()) / 1e6 - performance.now(),
        lifeline: lifelineDescriptor,
        primary: process.ppid,
        patience: { lookMs: this.#lookMs, runTimeoutMs, hangTimeoutMs },
      },
      resourceLimits,
      // None of what the command line and the environment have Node load is for this thread.
      execArgv: [],
      env: {},
    });
    thread.on("error", onError);
    thread.unref();
    process.on("exit", () => this.#board.exits(performance.now()));
    process.prependListener("disconnect", endHard);
  }

  watchLoop(): void {
    const turned = () => this.#board.turned(turningAt());
    turned();
    setInterval(turned, this.#lookMs).unref();
  }

  enter(deadline: number, task: string, attempt: HungRun["attempt"]): number {
    return this.#board.enter(deadline, task, attempt);
  }

  returned(): void {
    this.#board.returned(turningAt());
  }

  leave(place: number): void {
    this.#board.leave(place, turningAt());
  }
}

/** What the loop says when it turns. A debugger may hold it for as long as it likes. */
function turningAt(): number {
  const isDebugged = inspector.url() !== undefined;
  return isDebugged ? Number.POSITIVE_INFINITY : performance.now();
}

/**
 * When the primary is gone Node exits a worker, and waits there for threads in native code. After
 * the last listener for the exit there is nothing to wait for.
 */
function endHard(): void {
  process.on("exit", () => process.kill(process.pid, "SIGKILL"));
}
