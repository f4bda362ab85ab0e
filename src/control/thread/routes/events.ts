import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import type { Guard } from "../../../http/guard/guard.ts";
import { answerStream } from "../../../http/server-sent.ts";
import type { State } from "../../../http/services.ts";

/** Opens the stream of one more watcher. */
export type OpenStream = (showsJobs: boolean) => Promise<Readable>;

/**
 * `GET /events`: what happens on the server, as it happens (src/telemetry/watch/seen.ts). Everybody may see
 * it, as `GET /stats`; the ids of jobs only who may list them.
 */
export function serveEvents(
  router: Router<State>,
  watch: OpenStream,
  guard: Pick<Guard, "checkOf">,
): void {
  router.get("/events", async (ctx) => answerStream(ctx, await watch(mayListJobs(guard, ctx.req))));
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
