import type { BytesInput } from "../tasks/bytes/bytes-input.ts";
import type { BytesOutput } from "../tasks/bytes/bytes-output.ts";
import type { JobHandle } from "./job-handle.ts";
import type { Jsonified } from "./jsonified.ts";
import type { OutputBytes } from "./output.ts";
import type { SubmitOptions } from "./shown-job.ts";
import type { InputBytes, RunOptions } from "./task-client.ts";

/** What `defineTask` makes, as far as a client's types need it. */
interface SomeTask {
  readonly name: string;
  readonly input: unknown;
  run(...args: never[]): unknown;
}

/** A task of the server, with the types of its input and its output. */
export interface TypedTask<Sent, Output> {
  /** Runs it now, and waits for the output. Throws a ProblemError. */
  run(...args: InputThen<Sent, RunOptions>): Promise<Output>;
  /** Submits a job, which is on the server's disk when this resolves. */
  submit(...args: InputThen<Sent, SubmitOptions>): Promise<JobHandle<Output>>;
}

/** The input may be left out where every field of it has a default. */
export type InputThen<Sent, Options> = object extends Sent
  ? [input?: Sent, options?: Options]
  : [input: Sent, options?: Options];

interface Jobs {
  /** A job that was submitted before, by its id. */
  $job<Output = unknown>(id: string): JobHandle<Output>;
}

/** The tasks that a module exports: by name, or by default as one, an array or an object. */
export type TasksOf<Module> =
  | Exclude<Extract<Module[keyof Module], SomeTask>, never>
  | (Module extends { readonly default: infer Default } ? Listed<Default> : never);

type Listed<Default> = Default extends SomeTask
  ? Default
  : Default extends readonly (infer Member)[]
    ? Extract<Member, SomeTask>
    : Extract<Default[keyof Default], SomeTask>;

/** What a client of the task sends. */
export type SentTo<Of extends SomeTask> =
  Of["input"] extends BytesInput<infer Query>
    ? InputBytes & QueryOf<Query>
    : Of["input"] extends {
          readonly "~standard": { readonly types?: { readonly input: infer Sent } | undefined };
        }
      ? Sent
      : unknown;

type QueryOf<Query> = Query extends {
  readonly "~standard": { readonly types?: { readonly input: infer Sent } | undefined };
}
  ? object extends Sent
    ? { readonly query?: Sent }
    : { readonly query: Sent }
  : unknown;

/** What it gets. */
export type AnswerOf<Of extends SomeTask> =
  Awaited<ReturnType<Of["run"]>> extends infer Returned
    ? Returned extends BytesOutput
      ? OutputBytes
      : Jsonified<Returned>
    : never;

/**
 * A client. Its members are the tasks by their names.
 *
 * @typeParam Module the type of the module that exports the tasks; without it any name is a task
 */
export type Client<Module = unknown> = Jobs &
  (unknown extends Module
    ? { readonly [name: string]: TypedTask<unknown, unknown> }
    : { readonly [Of in TasksOf<Module> as Of["name"]]: TypedTask<SentTo<Of>, AnswerOf<Of>> });
