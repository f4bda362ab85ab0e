import type { IncomingMessage } from "node:http";
import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import type { Guard } from "../../../http/guard/guard.ts";
import { answerStream } from "../../../http/server-sent.ts";
import type { State } from "../../../http/services.ts";
import type { Watching } from "../watching.ts";

/**
 * `GET /events`: what happens on the server, as it happens (src/telemetry/watch/seen.ts).
 * `GET /hosts/ID/events`: the same of another host. Everybody may see it, as `GET /stats`; the ids of jobs
 * only who may list them.
 */
export function serveEvents(
  router: Router<State>,
  watching: Pick<Watching, "open">,
  guard: Pick<Guard, "checkOf">,
): void {
  router.get("/events", async (ctx) => {
    const { watch } = await watching.open();
    answerStream(ctx, await watch.watch(mayListJobs(guard, ctx.req)));
  });

  router.get("/hosts/:host/events", async (ctx) => {
    const { watch, hosts } = await watching.open();
    const id = ctx.params["host"] ?? "";
    const showsJobs = mayListJobs(guard, ctx.req);
    const isThis = id === hosts.id;
    answerStream(ctx, await (isThis ? watch.watch(showsJobs) : hosts.watch(id, showsJobs)));
  });
}

function mayListJobs(guard: Pick<Guard, "checkOf">, request: IncomingMessage): boolean {
  try {
    guard.checkOf("GET", "/jobs")?.(request);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
