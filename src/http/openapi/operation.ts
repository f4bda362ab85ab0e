/** How the files in paths/ describe the operations of the server. document.ts adds what all have. */
import type { z } from "zod";
import type { ZodOpenApiContentObject } from "zod-openapi";
import type { ProblemType } from "../../problems.ts";
import type { Services } from "../services.ts";
import type { AnswerHeader, RequestHeader } from "./headers.ts";

export type Tag = "Server" | "Runs" | "Jobs" | "Job control" | "Batches" | "Schedules";

/** An answer that is no problem. */
export interface AnswerDescription {
  readonly description: string;
  /** Left out for an answer without a body. */
  readonly content?: ZodOpenApiContentObject;
  readonly headers?: readonly AnswerHeader[];
}

export interface Operation {
  /** How a generated client may call the function. */
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  /** Markdown. */
  readonly description?: string;
  /** The parameters of the path. */
  readonly path?: z.ZodObject;
  /** The parameters of the query. */
  readonly query?: z.ZodObject;
  readonly headers?: readonly RequestHeader[];
  readonly body?: {
    readonly content: ZodOpenApiContentObject;
    /** Whether a request may come without it. */
    readonly isOptional?: boolean;
  };
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** What it may refuse, beside what any request may be refused for. */
  readonly problems: readonly ProblemType[];
  /** Where a token is needed for some requests only. */
  readonly tokenIsOptional?: boolean;
}

/** Operations by method and path. The path is as its route is declared: `GET /jobs/:id`. */
export type Operations = Readonly<Record<string, Operation>>;

/** What a description may depend on. */
export type DescribedServer = Pick<
  Services,
  "tasks" | "jobs" | "guard" | "executors" | "bodyLimitBytes" | "rateLimiter"
>;

/** The content of an answer that is JSON. */
export function json(schema: z.ZodType, example?: unknown): ZodOpenApiContentObject {
  return { "application/json": { schema, ...(example !== undefined && { example }) } };
}

/** The content of a body that is JSON, with requests that can be sent as they are. */
export function jsonBody(
  schema: z.ZodType,
  examples: Readonly<Record<string, unknown>>,
): ZodOpenApiContentObject {
  return { "application/json": { schema, examples: namedExamples(examples) } };
}

export function namedExamples(examples: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(examples).map(([summary, value]) => [slugOf(summary), { summary, value }]),
  );
}

function slugOf(summary: string): string {
  return summary.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
