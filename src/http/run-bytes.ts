import type { BytesInput } from "../tasks/bytes/bytes-input.ts";
import type { Task } from "../tasks/task.ts";
import { readBytesRequest } from "./bytes-body.ts";
import { submitBytesInstead } from "./routes/jobs/submit-bytes.ts";
import { answerWithRun } from "./run.ts";
import type { HttpContext, Services } from "./services.ts";

/**
 * Runs a task on the bytes of a POST, or submits a job instead if the client prefers that. The body
 * counts among all bodies until the run has ended: bytes that wait for their turn fill memory, too.
 */
export async function answerPostedBytes(
  ctx: HttpContext,
  services: Services,
  task: Task,
  input: BytesInput,
): Promise<void> {
  const asked = readBytesRequest(ctx, services, task, input);
  if (await submitBytesInstead(ctx, services, task, asked)) return;
  const { executor } = ctx.query;
  const body = await asked.read();
  try {
    await answerWithRun(ctx, services, task, { input: body.input, executor });
  } finally {
    body.release();
  }
}
