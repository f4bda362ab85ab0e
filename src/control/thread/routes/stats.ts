import type Router from "@koa/router";
import { serveFigures } from "../../../http/routes/figures.ts";
import type { State } from "../../../http/services.ts";
import type { QueueStats } from "../../../jobs/stats.ts";
import type { PrimaryCalls } from "../app.ts";

/** A queue whose disk does not answer must not hide the figures of the workers. */
const longestStatsMs = 1000;

/** `GET /stats` and `GET /metrics`, as on the main port. */
export function serveStats(router: Router<State>, primary: PrimaryCalls): void {
  serveFigures(router, () => Promise.all([primary.call("figures", {}), jobStats(primary)]));
}

/** Null on a server without jobs, and where the queue does not answer in time. */
async function jobStats(primary: PrimaryCalls): Promise<QueueStats | null> {
  const { promise: overdue, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), longestStatsMs);
  const stats = primary.call("job-stats", {}).catch(() => null);
  return Promise.race([stats, overdue]).finally(() => clearTimeout(timer));
}
