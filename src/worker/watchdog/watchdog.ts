import inspector from "node:inspector";
import { Worker } from "node:worker_threads";
import { type HeldBy, type HungRun, lifelineDescriptor } from "../../channel/supervision.ts";
import type { LoopWatch } from "../../compute/loop-watch.ts";
import type { HoldWatch } from "../../tasks/user-code.ts";
import { LoopBoard } from "./loop-board.js";

/** Interval of the loop's signs of life. A short `--hang-timeout` shortens it. */
const longestLookMs = 500;
const shortestLookMs = 50;

/** The watchdog's thread keeps nothing, so it needs little memory. */
const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

export interface WatchdogOptions {
  /** Most runs at a time. */
  readonly slots: number;
  readonly runTimeoutMs: number;
  readonly hangTimeoutMs: number;
  /** Called if the watchdog's thread cannot start, or fails. */
  readonly onError: (error: Error) => void;
}

/**
 * The event loop's end of the watchdog. The watchdog is a thread that kills this process when its
 * event loop is held for too long, and when the primary is gone (watchdog-thread.js).
 */
export class Watchdog implements LoopWatch, HoldWatch {
  readonly #board: LoopBoard;
  readonly #lookMs: number;

  /** Starts the thread, which watches the primary at once, and the loop from `watchLoop` on. */
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
      // What the user has Node preload (--import, NODE_OPTIONS) is not for this thread.
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

  held(by: HeldBy, task: string, attempt: HungRun["attempt"]): void {
    this.#board.held(by, task, attempt);
  }

  released(): void {
    this.#board.released();
  }

  returned(): void {
    this.#board.returned(turningAt());
  }

  leave(place: number): void {
    this.#board.leave(place, turningAt());
  }
}

/** The loop's sign of life. A debugger may hold the loop without end. */
function turningAt(): number {
  const isDebugged = inspector.url() !== undefined;
  return isDebugged ? Number.POSITIVE_INFINITY : performance.now();
}

/**
 * Node exits a worker whose primary is gone, and waits for threads in native code. This listener
 * runs last and kills the process instead.
 */
function endHard(): void {
  process.on("exit", () => process.kill(process.pid, "SIGKILL"));
}
