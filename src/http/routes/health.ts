import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import { answerJson } from "../json.ts";
import { replaced, type Services, type State } from "../services.ts";

/**
 * `GET /livez`: this worker's event loop turns. `GET /readyz`: this worker takes new work; it also says
 * how many workers do. While the queue cannot be reached it does not, though live runs go on.
 */
export function serveHealth(
  router: Router<State>,
  { stopping, identity, workers, jobs }: Services,
): void {
  router.get("/livez", (ctx) => {
    answerJson(ctx, { status: "alive", ...identity });
  });

  router.get("/readyz", (ctx) => {
    if (stopping.aborted && stopping.reason !== replaced) {
      throw new AppError("draining", "The server is stopping. Send new work elsewhere.");
    }
    if (jobs?.isReachable === false) {
      const detail = "The queue cannot be reached. Runs are answered, and jobs are refused.";
      throw new AppError("queue-unavailable", detail);
    }
    answerJson(ctx, { status: "ready", ...identity, workers });
  });
}
