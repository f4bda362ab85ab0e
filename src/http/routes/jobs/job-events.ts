import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import { isFinal } from "../../../jobs/job.ts";
import { chooseRepresentation } from "../../accept.ts";
import type { HttpContext, Services, State } from "../../services.ts";
import { EventStream } from "./event-stream.ts";
import { requireFound, requireQueue } from "./find-job.ts";

/** `GET /jobs/:id/events`: the changes of the job, until it is done. */
export function serveJobEvents(router: Router<State>, services: Services): void {
  const { clock, stopping } = services;

  router.get("/jobs/:id/events", async (ctx) => {
    const queue = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "events");
    const lastVersion = readLastEvent(ctx);
    const { job } = requireFound(id, await queue.find(id));
    if (isFinal(job.state) && job.version <= lastVersion) {
      ctx.status = 204; // An EventSource does not reconnect after it (WHATWG HTML, section 9.2.3).
      return;
    }
    const events = new EventStream(lastVersion, clock);
    const end = () => events.end();
    const callOff = queue.watch(id, (found) => {
      if (found.kind === "found") events.tell(found.job);
      else end();
    });
    // The client reconnects to another worker and goes on where it was.
    stopping.addEventListener("abort", end, { once: true });
    if (stopping.aborted) end();
    events.readable.once("close", () => {
      callOff();
      stopping.removeEventListener("abort", end);
    });
    ctx.set("Content-Type", "text/event-stream");
    ctx.set("Cache-Control", "no-store");
    ctx.body = events.readable;
  });
}

/** @throws AppError `malformed-request` for an id that this server never gave */
function readLastEvent(ctx: HttpContext): number {
  const sent = ctx.get("Last-Event-ID");
  if (sent === "") return -1;
  if (/^\d{1,15}$/.test(sent)) return Number(sent);
  const detail = "The Last-Event-ID must be the id of an event of this stream, a whole number.";
  throw new AppError("malformed-request", detail);
}
