import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import { answerJson } from "../json.ts";
import { replaced, type Services, type State } from "../services.ts";

/**
 * `GET /livez`: this worker's event loop turns. `GET /readyz`: this worker takes new work; it also says
 * how many workers do.
 */
export function serveHealth(
  router: Router<State>,
  { stopping, identity, workers }: Services,
): void {
  router.get("/livez", (ctx) => {
    answerJson(ctx, { status: "alive", ...identity });
  });

  router.get("/readyz", (ctx) => {
    if (stopping.aborted && stopping.reason !== replaced) {
      throw new AppError("draining", "The server is stopping. Send new work elsewhere.");
    }
    answerJson(ctx, { status: "ready", ...identity, workers });
  });
}
