import type { Readable } from "node:stream";
import type Router from "@koa/router";
import { answerStream } from "../../../http/server-sent.ts";
import type { State } from "../../../http/services.ts";

/** `GET /events`: what happens on the server, as it happens (src/telemetry/watch/seen.ts). */
export function serveEvents(router: Router<State>, watch: () => Promise<Readable>): void {
  router.get("/events", async (ctx) => answerStream(ctx, await watch()));
}
