import type Router from "@koa/router";
import { bytesAtPlace } from "../../../tasks/output/output.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import type { Services, State } from "../../services.ts";
import { requireFound, requireQueue } from "./find-job.ts";
import { explainMissingResult } from "./representation.ts";

/**
 * `GET /jobs/:id/result`: the bare result, as JSON. A client that prefers bytes gets bytes if the
 * result has exactly one run of them.
 */
export function serveJobResult(router: Router<State>, services: Services): void {
  router.get("/jobs/:id/result", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    const representation = chooseRepresentation(ctx, "json", "bin");
    const { job, result, bytesAt } = requireFound(id, await queue.find(id, true));
    if (job.state !== "succeeded") throw explainMissingResult(job);
    if (representation === "bin" && result !== null && bytesAt !== undefined) {
      ctx.set("Content-Type", "application/octet-stream");
      ctx.body = bytesAtPlace(result, bytesAt);
      return;
    }
    answerJsonText(ctx, result ?? "null");
  });
}
