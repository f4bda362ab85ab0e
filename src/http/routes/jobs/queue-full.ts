import { AppError } from "../../../errors.ts";
import type { QueueFull } from "../../../jobs/new-job.ts";

/** An item of an answer to many jobs has no headers, so the detail says the time, too. */
export function queueFullError({ queued, retryAfterSeconds }: QueueFull): AppError {
  const detail = `The queue is full: ${queued} jobs wait (--max-queued). Nothing was kept. Try again in ${retryAfterSeconds} s.`;
  return new AppError("queue-full", detail, { headers: { "Retry-After": `${retryAfterSeconds}` } });
}
