import { z } from "zod";
import { count, stateCounts, time } from "./common.ts";

const fields = {
  id: z.string(),
  total: count.describe("How many jobs it has."),
  states: stateCounts,
  done: z.boolean().describe("Whether it has ended: all its jobs have, once."),
  progress: z.object({ done: count, of: count }),
  createdAt: time,
  finishedAt: time.nullable(),
  links: z.object({
    self: z.string(),
    events: z.string(),
    jobs: z.string(),
    deliveries: z.string().optional(),
  }),
};

export const batch = z
  .object(fields)
  .meta({ id: "Batch", description: "Jobs that were accepted together, with one end." });

/** The answer to its submission. */
export const submittedBatch = z
  .object({
    ...fields,
    jobs: z
      .array(z.object({ id: z.string(), ref: z.string().optional() }))
      .describe("In the order of the request."),
  })
  .meta({ id: "SubmittedBatch", description: "A batch, with the ids of its jobs." });
