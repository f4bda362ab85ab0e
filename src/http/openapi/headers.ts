/** The headers that requests and answers may have. Operations name them; the document has each once. */
import type { ZodOpenApiComponentsObject } from "zod-openapi";
import { longestWaitSeconds } from "../routes/jobs/find-job.ts";

interface HeaderText {
  readonly description: string;
  readonly pattern?: string;
}

interface AnswerHeaderText extends HeaderText {
  readonly example: string;
}

const answerHeaders = {
  ETag: { description: "The version of what was answered. It changes with it.", example: '"3"' },
  Location: { description: "The path of what was made.", example: "/jobs/AAAAAAAB51uJHEHC7qTu5w" },
  "Retry-After": {
    description: "After how many seconds it makes sense to ask again.",
    example: "1",
    pattern: "^\\d+$",
  },
  "Preference-Applied": {
    description: "Which preferences were followed (RFC 7240).",
    example: "wait=30",
  },
  "Idempotent-Replayed": {
    description: "`true`: the `Idempotency-Key` is known, and this is the first job or batch.",
    example: "true",
  },
  "Unique-Conflict": {
    description: "`returned` or `replaced`: another job had the key of `unique`.",
    example: "returned",
  },
  "Server-Timing": {
    description: "Where the time went, in milliseconds: the queue, the run, its CPU time.",
    example: "queue;dur=0.172, run;dur=0.964, cpu;dur=0.313",
  },
  "Task-Output": {
    description: "`bytes`: the body is what the task returned, and nothing about it.",
    example: "bytes",
  },
  Link: {
    description: "Addresses of what belongs to the answer (RFC 8288), such as the next page.",
    example: '</jobs?cursor=AAAAAAAGdD9jPWX9YJAkSA>; rel="next"',
  },
  "WWW-Authenticate": { description: "How to send the token.", example: 'Bearer realm="manycore"' },
  "RateLimit-Policy": {
    description: "How many requests a client may send in how many seconds.",
    example: '"requests";q=100;w=60',
  },
  RateLimit: {
    description: "How many requests are left, and in how many seconds all are back.",
    example: '"requests";r=99;t=60',
  },
} as const satisfies Record<string, AnswerHeaderText>;

export type AnswerHeader = keyof typeof answerHeaders;

/** Without examples: the page of /docs would send them unasked. */
const requestHeaders = {
  "Idempotency-Key": {
    description:
      "Makes a repeated request safe: the same key with the same content is answered with the first job or batch, such as `order-4711`.",
    pattern: '^"?[!-~]{1,255}"?$',
  },
  Prefer: {
    description: `\`wait=N\`: the answer comes when the job or batch has ended, or after N seconds, ${longestWaitSeconds} at most (RFC 7240).`,
  },
  traceparent: {
    description: "The trace that the job is part of (W3C Trace Context).",
  },
  "If-Match": {
    description: "Makes the change only if this is the `ETag` still. Without it, in any case.",
  },
  "If-None-Match": {
    description: "The last `ETag`: the answer is 304 if nothing has changed.",
  },
  "Last-Event-ID": {
    description: "The id of the last event that the client has. Only newer ones are sent.",
    pattern: "^\\d{1,15}$",
  },
} as const satisfies Record<string, HeaderText>;

export type RequestHeader = keyof typeof requestHeaders | "respond-async" | "If-None-Match: *";

/** Headers that mean another thing in some operations. */
const otherRequestHeaders = {
  "respond-async": {
    name: "Prefer",
    id: "PreferRespondAsync",
    description: "`respond-async`: the run becomes a job (RFC 7240).",
    schema: { type: "string", enum: ["respond-async"] },
  },
  "If-None-Match: *": {
    name: "If-None-Match",
    id: "IfNoneMatchAny",
    description: "`*`: the schedule is put only if there is none of this name.",
    schema: { type: "string", enum: ["*"] },
  },
} as const;

function isOther(header: RequestHeader): header is keyof typeof otherRequestHeaders {
  return Object.hasOwn(otherRequestHeaders, header);
}

function idOf(header: RequestHeader): string {
  return isOther(header) ? otherRequestHeaders[header].id : header;
}

export function requestHeader(header: RequestHeader) {
  return { $ref: `#/components/parameters/${idOf(header)}` };
}

export function answerHeadersOf(headers: readonly AnswerHeader[]) {
  return Object.fromEntries(
    headers.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}

function schemaOf({ pattern }: HeaderText) {
  return { type: "string", ...(pattern !== undefined && { pattern }) } as const;
}

/** All of them, for the components of the document. */
export function headerComponents(): Pick<ZodOpenApiComponentsObject, "headers" | "parameters"> {
  const headers = Object.entries<AnswerHeaderText>(answerHeaders).map(([name, text]) => {
    const { description, example } = text;
    return [name, { description, schema: schemaOf(text), example }] as const;
  });
  const parameters = Object.entries<HeaderText>(requestHeaders).map(([name, text]) => {
    const { description } = text;
    return [name, { name, in: "header", description, schema: schemaOf(text) }] as const;
  });
  const others = Object.values(otherRequestHeaders).map(({ id, name, description, schema }) => {
    return [id, { name, in: "header", description, schema }] as const;
  });
  return {
    headers: Object.fromEntries(headers),
    parameters: Object.fromEntries([...parameters, ...others]) as NonNullable<
      ZodOpenApiComponentsObject["parameters"]
    >,
  };
}
