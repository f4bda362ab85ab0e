import type { Context, DefaultContext, ParameterizedContext } from "koa";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Dispatcher } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import type { ExecutorName } from "../config/config.ts";
import type { JobQueue } from "../jobs/queue.ts";
import type { WebhookRules } from "../jobs/webhooks/target.ts";
import type { ProblemType } from "../problems.ts";
import type { TaskRegistry } from "../tasks/registry.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { ServerFigures } from "../telemetry/figures/figures.ts";
import type { TraceSpan } from "../telemetry/tracing/trace-span.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import type { ClientAddress } from "./client-address.ts";
import type { Guard } from "./guard/guard.ts";
import type { RateLimiter } from "./rate-limit.ts";

/** Reason of `stopping` where another worker takes this one's place, and the server goes on. */
export const replaced = Symbol("another worker takes the place");

/** What the routes need from their worker. */
export interface Services {
  /** Who may call which route. */
  readonly guard: Guard;
  readonly identity: { readonly worker: number; readonly pid: number };
  /** How many workers take new work now, and how many the server has. */
  readonly workers: { readonly ready: number; readonly total: number };
  readonly tasks: TaskRegistry;
  readonly dispatcher: Pick<Dispatcher, "run" | "requireNeeds">;
  /** Null if the server takes no jobs (`--queue none`). */
  readonly jobs: JobQueue | null;
  /** The default `timeoutMs` of a job. */
  readonly jobTimeoutMs: number;
  /** Where webhooks may be sent. */
  readonly webhooks: WebhookRules;
  /** The executors that this server has. */
  readonly executors: ReadonlyMap<ExecutorName, Executor>;
  readonly defaultExecutor: ExecutorName;
  readonly bodyLimitBytes: number;
  /** The largest header of a request, with its URL. */
  readonly headerLimitBytes: number;
  /** Who sent a request, with regard to proxies (`--trust-proxy`). */
  readonly clientAddress: ClientAddress;
  /** Null without `--rate-limit`. */
  readonly rateLimiter: RateLimiter | null;
  /** Whether clients may see the messages of all errors (`--expose-errors`). */
  readonly exposeErrors: boolean;
  /** Whether clients may see the stacks of errors. */
  readonly errorStacks: boolean;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  /** Left out without an SDK of OpenTelemetry. */
  readonly tracing?: Tracing | undefined;
  /** Those of the whole server. */
  readonly figures: () => Promise<ServerFigures>;
  /** Where control listens, which has the page; undefined without control. */
  readonly controlUrl: () => string | undefined;
  /** Aborts when the worker begins to drain. */
  readonly stopping: AbortSignal;
  readonly clock: Clock;
}

/** What the routes of jobs that are there need: also those of control. */
export type JobServices = Pick<
  Services,
  "jobs" | "bodyLimitBytes" | "errorStacks" | "stopping" | "clock"
>;

export interface State {
  /** The client's X-Request-Id, or one of ours. */
  requestId: string;
  /** The pattern of the route that answers, such as `/jobs/:id`; left out if there is none. */
  route?: string;
  /** What the answer is, if it is a problem. */
  problem?: ProblemType;
  /** The span of the request, if there is one. */
  span?: TraceSpan;
}

export type HttpContext = ParameterizedContext<State, DefaultContext> & Context;

/** Answers a request, at once or in time. */
export type Answer = (ctx: HttpContext) => void | Promise<void>;
