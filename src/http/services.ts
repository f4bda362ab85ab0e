import type { Context, DefaultContext, ParameterizedContext } from "koa";
import type { Logger } from "pino";
import type { Dispatcher } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import type { ExecutorName } from "../config.ts";
import type { TaskRegistry } from "../tasks/registry.ts";

/** What the routes need of the worker they are in. */
export interface Services {
  readonly identity: { readonly worker: number; readonly pid: number };
  readonly tasks: TaskRegistry;
  readonly dispatcher: Pick<Dispatcher, "run">;
  /** The executors that this server has. */
  readonly executors: ReadonlyMap<ExecutorName, Executor>;
  readonly defaultExecutor: ExecutorName;
  readonly bodyLimitBytes: number;
  /** Whether every request gets a line in the log. */
  readonly accessLog: boolean;
  readonly log: Logger;
  readonly draining: () => boolean;
}

export interface State {
  /** The client's X-Request-Id, or one of ours. */
  requestId: string;
}

export type HttpContext = ParameterizedContext<State, DefaultContext> & Context;
