/**
 * What users of `createCompute` get. An interface, so that their compiler needs no declarations of
 * what is behind it.
 */

import type { AnswerOf, InputThen, SentTo, TasksOf } from "../client/types.ts";

/** What a run gave, and what it cost. */
export interface ComputeOutcome<Result = unknown> {
  /** As a client of a server would get it: through JSON, or `{ data, type }` if it is bytes. */
  readonly result: Result;
  readonly executor: string;
  /** The id of its thread; null if it had none. */
  readonly thread: number | null;
  /** From the call to the start of the run. */
  readonly queuedMs: number;
  readonly ranMs: number;
  readonly cpuMs: number | null;
}

export interface ComputeRunOptions {
  /** Takes the run out of the queue, or ends it if the executor can. */
  readonly signal?: AbortSignal;
}

/** A task of the module by its name. Without a module any name is a task that takes anything. */
type TaskNamed<Module, Name> = Extract<TasksOf<Module>, { readonly name: Name }>;
type NameIn<Module> = unknown extends Module ? string : TasksOf<Module>["name"];
type SentIn<Module, Name> = unknown extends Module ? unknown : SentTo<TaskNamed<Module, Name>>;
type ResultIn<Module, Name> = unknown extends Module ? unknown : AnswerOf<TaskNamed<Module, Name>>;

/**
 * See `createCompute`.
 *
 * @typeParam Module the type of the module that exports the tasks
 */
export interface Compute<Module = unknown> extends AsyncDisposable {
  /** Runs that wait for a slot. */
  readonly waiting: number;

  /** Runs that compute. */
  readonly running: number;

  /** The names of the tasks, the built-in ones among them. */
  readonly tasks: readonly string[];

  /**
   * Runs a task.
   *
   * @throws an error with `status`, `type`, `title`, `detail`, `headers` and `errors`, as a client of
   *   a server would see it: 404 for an unknown task, 422 for an input that is refused, 503 where the
   *   queue is full or the wait too long, 504 at the deadline, 500 where the task fails; or the reason
   *   of the signal
   */
  run<Name extends NameIn<Module>>(
    name: Name,
    ...args: InputThen<SentIn<Module, Name>, ComputeRunOptions>
  ): Promise<ComputeOutcome<ResultIn<Module, Name>>>;

  /** Refuses what waits and what comes, breaks off what runs, and ends the executor. */
  close(): Promise<void>;
}
