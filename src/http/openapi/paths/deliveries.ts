import { z } from "zod";
import { json, type Operations } from "../operation.ts";
import { delivery } from "../schemas/job.ts";

/** The webhooks of a job or a batch. */
export function deliveriesOf(of: "job" | "batch", tag: "Jobs" | "Batches", path: z.ZodObject) {
  const folder = of === "job" ? "/jobs/:id" : "/batches/:id";
  const name = of === "job" ? "Job" : "Batch";
  const content = json(z.object({ deliveries: z.array(delivery) }));
  const gone = of === "job" ? "job-gone" : "batch-gone";
  const problems = ["not-found", gone, "not-acceptable", "invalid-input"] as const;
  return {
    [`GET ${folder}/deliveries`]: {
      id: `list${name}Deliveries`,
      tag,
      summary: `The webhooks of a ${of}`,
      path,
      answers: { 200: { description: "The oldest first.", content } },
      problems: [...problems, "queue-unavailable"],
    },
    [`POST ${folder}/deliveries/retry`]: {
      id: `retry${name}Deliveries`,
      tag,
      summary: "Send the webhooks again that failed or wait",
      path,
      answers: { 202: { description: "They are being sent.", content } },
      problems: [...problems, "no-webhook", "unsupported-media-type", "queue-unavailable"],
    },
  } satisfies Operations;
}
