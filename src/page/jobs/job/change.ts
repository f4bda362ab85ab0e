import type { ShownJob } from "../../../client/shown-job.ts";
import type { Page } from "../../page.ts";

/**
 * Cancels, retries or deletes one job.
 *
 * @param action `cancel`, `retry` or `delete`
 * @returns what has become of it, in words
 */
export async function changeJob(ask: Page["ask"], id: string, action: string): Promise<string> {
  if (action === "delete") {
    await ask(`jobs/${id}`, { method: "DELETE" });
    return `Job ${id} is deleted.`;
  }
  const answer = await ask(`jobs/${id}/${action}`, { method: "POST" });
  const { state, done } = (await answer.json()) as ShownJob;
  if (action === "cancel" && !done) return `Job ${id} is being stopped.`;
  return `Job ${id} is ${state}.`;
}
