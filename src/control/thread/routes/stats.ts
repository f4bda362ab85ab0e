import type Router from "@koa/router";
import { serveFigures } from "../../../http/routes/figures.ts";
import type { State } from "../../../http/services.ts";
import type { PrimaryCalls } from "../app.ts";

/** `GET /stats` and `GET /metrics`, as on the main port. */
export function serveStats(router: Router<State>, primary: PrimaryCalls): void {
  serveFigures(router, {
    figures: () => primary.call("figures", {}),
    jobStats: () => primary.call("job-stats", {}),
  });
}
