/** Answers that are problems (RFC 9457), by status, with the types that each may have. */
import { z } from "zod";
import type { ZodOpenApiResponsesObject } from "zod-openapi";
import { nameProblem, type ProblemType, problems } from "../../problems.ts";
import { problemMediaType } from "../problem.ts";
import { type AnswerHeader, answerHeadersOf } from "./headers.ts";

export const problem = z
  .object({
    type: z.string().meta({
      description: "Which problem it is. A path of this server that explains it; it never changes.",
      format: "uri-reference",
    }),
    title: z.string().describe("The same for every problem of the type."),
    status: z.int().min(400).max(599),
    detail: z.string().optional().describe("What happened, and what to do."),
    code: z.string().optional().describe("What the task calls its error."),
    errors: z
      .array(
        z.object({
          path: z.string().describe('The JSON Pointer of the field; "" for the whole.'),
          message: z.string(),
        }),
      )
      .optional()
      .describe("The fields that are not valid."),
    requestId: z.string().optional().describe("The log has it, too."),
  })
  .meta({ id: "Problem", description: "What went wrong (RFC 9457)." });

/** Which headers come with a problem, or may. */
const headersByType: Readonly<Partial<Record<ProblemType, readonly AnswerHeader[]>>> = {
  unauthorized: ["WWW-Authenticate"],
  "unique-conflict": ["Location"],
  "job-not-done": ["Retry-After"],
  "rate-limited": ["Retry-After"],
};

/** A problem that any request may be answered with. */
export const anyProblem = {
  description: "Any other problem.",
  content: { [problemMediaType]: { schema: problem } },
};

/** @param always headers that come with every answer */
export function problemAnswers(
  types: readonly ProblemType[],
  always: readonly AnswerHeader[],
): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(new Set(types), (type) => problems[type].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [`${status}`, answerOf(status, ofStatus, always)]),
  );
}

function answerOf(status: number, types: readonly ProblemType[], always: readonly AnswerHeader[]) {
  const names = types.map(nameProblem);
  const [first = "internal-error"] = types;
  const { title } = problems[first];
  const busy = status === 503 ? (["Retry-After"] as const) : [];
  const headers = [...always, ...busy, ...types.flatMap((type) => headersByType[type] ?? [])];
  return {
    description: types.map((type) => `\`${type}\`: ${problems[type].title}.`).join("  \n"),
    ...(headers.length > 0 && { headers: answerHeadersOf(headers) }),
    content: {
      [problemMediaType]: {
        schema: {
          allOf: [
            { $ref: "#/components/schemas/Problem" },
            {
              type: "object" as const,
              properties: { type: { enum: names }, status: { const: status } },
            },
          ],
        },
        example: { type: names[0], title, status },
      },
    },
  };
}
