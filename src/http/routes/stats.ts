import type Router from "@koa/router";
import type { Services, State } from "../services.ts";
import { serveFigures } from "./figures.ts";

/** `GET /stats` and `GET /metrics`. */
export function serveStats(router: Router<State>, { figures, jobs }: Services): void {
  const jobStats = async () => jobs && (await jobs.jobs.stats());
  serveFigures(router, { figures, jobStats });
}
