import type Router from "@koa/router";
import { isFinal } from "../../../jobs/job.ts";
import { chooseRepresentation } from "../../accept.ts";
import type { JobServices, State } from "../../services.ts";
import { answerEvents, EventStream, readLastEvent } from "../event-stream.ts";
import { jobEvents } from "./event-stream.ts";
import { requireFound, requireQueue } from "./find-job.ts";

/** `GET /jobs/:id/events`: the changes of the job, until it is done. */
export function serveJobEvents(router: Router<State>, services: JobServices): void {
  const { clock, stopping } = services;

  router.get("/jobs/:id/events", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "events");
    const lastVersion = readLastEvent(ctx);
    const { job } = requireFound(id, await queue.jobs.find(id));
    if (isFinal(job.state) && job.version <= lastVersion) {
      ctx.status = 204; // An EventSource does not reconnect after it (WHATWG HTML, section 9.2.3).
      return;
    }
    const events = new EventStream(jobEvents, lastVersion, clock);
    const callOff = queue.jobs.watch(id, (found) => {
      if (found.kind === "found") events.tell(found.job);
      else events.end();
    });
    answerEvents(ctx, events, { stopping, callOff });
  });
}
