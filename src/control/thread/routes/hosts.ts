import type Router from "@koa/router";
import { chooseRepresentation } from "../../../http/accept.ts";
import { answerJson } from "../../../http/json.ts";
import type { State } from "../../../http/services.ts";
import type { Watching } from "../watching.ts";

/** `GET /hosts`: this host and those that share its queue (src/telemetry/watch/hosts.ts). */
export function serveHosts(router: Router<State>, watching: Pick<Watching, "open">): void {
  router.get("/hosts", async (ctx) => {
    chooseRepresentation(ctx, "json");
    ctx.set("Cache-Control", "no-store");
    const { watch, hosts } = await watching.open();
    await watch.whenBegun();
    answerJson(ctx, await hosts.list());
  });
}
