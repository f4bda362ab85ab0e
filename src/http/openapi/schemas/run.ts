import { z } from "zod";
import { executorNames } from "../../../config/modes.ts";
import { ms } from "./common.ts";

export const runCosts = z
  .object({
    executor: z.enum(executorNames),
    worker: z.int(),
    pid: z.int(),
    thread: z.int().nullable().describe("The Piscina thread; null if it was none."),
    queuedMs: ms.describe("From the acceptance to the start of the run."),
    ranMs: ms.describe("The run itself."),
    cpuMs: ms.nullable().describe("CPU time; null if it cannot be told from other work."),
  })
  .meta({
    id: "RunCosts",
    description: "Where a run was computed, and what it cost.",
    examples: [
      {
        ...{ executor: "threads", worker: 1, pid: 7887, thread: 2 },
        ...{ queuedMs: 0.172, ranMs: 70.964, cpuMs: 70.313 },
      },
    ],
  });

const jsonSchema = z.record(z.string(), z.unknown()).describe("A JSON Schema (2020-12).");

export const task = z
  .object({
    name: z.string(),
    description: z.string(),
    url: z.string().describe("Where a POST runs it."),
    native: z.boolean().describe("Whether it has a native asynchronous form (`libuv`)."),
    concurrency: z.int().optional(),
    executor: z.enum(executorNames).optional(),
    timeoutMs: ms.optional(),
    retry: z.object({ maxAttempts: z.int().optional(), backoffMs: ms.optional() }).optional(),
    slots: z.union([z.number(), z.literal("by input")]).optional(),
    memoryBytes: z.union([z.number(), z.literal("by input")]).optional(),
    example: z.unknown().optional().describe("An input that works."),
    input: z.union([
      z.object({
        body: z.object({ types: z.array(z.string()), maxBytes: z.number() }),
        query: jsonSchema,
      }),
      jsonSchema,
    ]),
    output: jsonSchema.optional(),
  })
  .meta({ id: "Task", description: "A task, and the JSON Schemas of its input and output." });
