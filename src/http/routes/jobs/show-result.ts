import type Router from "@koa/router";
import type { JobQueue } from "../../../jobs/queue.ts";
import { bytesAtPlace } from "../../../tasks/output/output.ts";
import { chooseRepresentation, choosesBare, findRepresentation } from "../../accept.ts";
import { answerBareBytes, answerBytes } from "../../answer-outcome.ts";
import { answerJsonText } from "../../json.ts";
import { refuseQuery } from "../../query.ts";
import type { HttpContext, JobServices, State } from "../../services.ts";
import { explainNotFound, requireFound, requireQueue } from "./find-job.ts";
import { explainMissingResult } from "./representation.ts";

/**
 * `GET /jobs/:id/result`: the bare result, as JSON; or bytes with their own type, where the task
 * returned that. A client that prefers bytes gets bytes, too, if the result has exactly one run of
 * them.
 */
export function serveJobResult(router: Router<State>, services: JobServices): void {
  router.get("/jobs/:id/result", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    const representation = findRepresentation(ctx, "json", "bin");
    refuseQuery(ctx.query);
    const { job, result, bytesAt, hasBody } = requireFound(id, await queue.jobs.find(id, true));
    if (job.state !== "succeeded") throw explainMissingResult(job);
    if (hasBody) {
      await answerBody(ctx, id, JSON.parse(result ?? "null").type, queue);
      return;
    }
    if (representation === undefined) chooseRepresentation(ctx, "json", "bin");
    if (representation === "bin" && result !== null && bytesAt !== undefined) {
      answerBytes(ctx, "application/octet-stream", bytesAtPlace(result, bytesAt));
      return;
    }
    answerJsonText(ctx, result ?? "null");
  });
}

/** @param type as the task gave it */
async function answerBody(
  ctx: HttpContext,
  id: string,
  type: string,
  queue: JobQueue,
): Promise<void> {
  const isBare = choosesBare(ctx, type);
  const body = await queue.jobs.readBody(id, "result");
  if (!body) throw explainNotFound(id, "gone"); // Since a moment ago.
  if (isBare) answerBareBytes(ctx, type, body);
  else answerJsonText(ctx, `"${Buffer.from(body.buffer).toString("base64")}"`);
}
