/** The second argument of a task's functions, and who hears what is said by it. */
import { type Checkpoints, trackCheckpoints } from "./checkpoint.ts";
import { type Progress, trackProgress } from "./progress.ts";
import type { RunContext } from "./run-context.ts";
import { type LogTracker, type RunLog, trackLog } from "./run-log.ts";

/** Who hears what a run says while it computes. What nobody wants is left out. */
export interface RunListener {
  /** Takes JSON text. */
  readonly onProgress?: ((progress: string) => void) | undefined;
  /** Takes JSON text; of the values of an attempt that did not succeed the last one for certain. */
  readonly onCheckpoint?: ((checkpoint: string) => void) | undefined;
  /** Takes the last lines of the run, all of them each time. */
  readonly onLog?: ((log: RunLog) => void) | undefined;
  /** The checkpoint of an earlier attempt, as JSON text. */
  readonly lastCheckpoint?: string | undefined;
}

/** A run, as far as its task sees it. */
export interface ContextParts {
  /** Left out if nobody listens. */
  readonly listener?: RunListener | undefined;
  /** Of a job; 1 if left out, as for a live run. */
  readonly attempt?: number | undefined;
  /** Read when the task first looks. One that never aborts if left out. */
  readonly signal?: AbortSignal | undefined;
}

/** What one run says, and the context that it gets for that. */
export interface OpenContext {
  /** @param resources what the task's `setup` returned */
  contextWith<Resources>(resources: Resources): RunContext<Resources>;
  /**
   * The run has succeeded. Tells what was not told yet.
   *
   * @throws TypeError, RangeError if its last progress is no JSON, or too long
   */
  end(): void;
  /** It has failed. The same, and never throws. */
  endFailed(): void;
}

/** @param now the clock, in ms, monotonic */
export function openContext(
  run: ContextParts,
  now: () => number = () => performance.now(),
): OpenContext {
  return new HeardContext(run, now);
}

const nobody: RunListener = {};

/** Most runs say nothing: what they would need for it is made when they first do. */
class HeardContext implements OpenContext {
  readonly #run: ContextParts;
  readonly #listener: RunListener;
  readonly #now: () => number;
  readonly #progress: Progress;
  #checkpoints: Checkpoints | undefined;
  #log: LogTracker | undefined;

  constructor(run: ContextParts, now: () => number) {
    this.#run = run;
    this.#listener = run.listener ?? nobody;
    this.#now = now;
    this.#progress = trackProgress(this.#listener.onProgress, now);
  }

  contextWith<Resources>(resources: Resources): RunContext<Resources> {
    return new ContextOfRun(
      this.#run,
      resources,
      this.#progress.progress,
      (value) => this.#checkpoint(value),
      (text) => this.#say(text),
    );
  }

  #checkpoint(value: unknown): void {
    const { onCheckpoint } = this.#listener;
    if (!onCheckpoint) return;
    this.#checkpoints ??= trackCheckpoints(onCheckpoint, this.#now);
    this.#checkpoints.checkpoint(value);
  }

  #say(text: unknown): void {
    const { onLog } = this.#listener;
    if (!onLog) return;
    this.#log ??= trackLog(onLog, this.#now);
    this.#log.log(text);
  }

  end(): void {
    this.#progress.end();
    this.#checkpoints?.drop();
    this.#log?.end();
  }

  endFailed(): void {
    this.#progress.endFailed();
    this.#checkpoints?.end();
    this.#log?.end();
  }
}

/**
 * The functions are the object's own: a task may take them out of it. The signal is a getter of the
 * class: in a literal it costs each run 5 us.
 */
class ContextOfRun<Resources> implements RunContext<Resources> {
  readonly resources: Resources;
  readonly progress: RunContext["progress"];
  readonly checkpoint: RunContext["checkpoint"];
  readonly log: RunContext["log"];
  readonly lastCheckpoint: unknown;
  readonly attempt: number;
  readonly #run: ContextParts;
  #signal: AbortSignal | undefined;

  constructor(
    run: ContextParts,
    resources: Resources,
    progress: RunContext["progress"],
    checkpoint: RunContext["checkpoint"],
    log: RunContext["log"],
  ) {
    const lastCheckpoint = run.listener?.lastCheckpoint;
    this.#run = run;
    this.resources = resources;
    this.progress = progress;
    this.checkpoint = checkpoint;
    this.log = log;
    this.lastCheckpoint = lastCheckpoint === undefined ? undefined : JSON.parse(lastCheckpoint);
    this.attempt = run.attempt ?? 1;
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#run.signal ?? new AbortController().signal;
    return this.#signal;
  }
}

/** For a run to which nobody listens. */
export const untold: RunContext = openContext({}).contextWith(undefined);
