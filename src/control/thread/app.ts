import Koa from "koa";
import type { Channel } from "../../channel/channel.ts";
import { systemClock } from "../../clock.ts";
import { funnelErrors } from "../../http/funnel.ts";
import { createControlGuard } from "../../http/guard/guard.ts";
import { Router } from "../../http/koa-router.ts";
import { requireReadable } from "../../http/request-head.ts";
import { assignRequestId } from "../../http/request-id.ts";
import { readTarget } from "../../http/request-target.ts";
import { createRouting } from "../../http/router.ts";
import { serveProblems } from "../../http/routes/problems.ts";
import type { State } from "../../http/services.ts";
import type { JobQueue } from "../../jobs/queue.ts";
import { loggedError } from "../../telemetry/logged-error.ts";
import type { AppSettings } from "../app-settings.ts";
import type { AboutServer, ControlledSide, ControlSide } from "../contract.ts";
import { servePage } from "./page/routes.ts";
import type { Programs } from "./programs/programs.ts";
import { serveEvents } from "./routes/events.ts";
import { serveHealth } from "./routes/health.ts";
import { serveHosts } from "./routes/hosts.ts";
import { serveIndex } from "./routes/index.ts";
import { serveJobs } from "./routes/jobs.ts";
import { serveOperations } from "./routes/operations.ts";
import { servePrograms } from "./routes/programs.ts";
import { serveReports } from "./routes/reports.ts";
import { serveStats } from "./routes/stats.ts";
import { serveServer } from "./server/routes.ts";
import type { Watching } from "./watching.ts";

/** What the app asks of the primary. */
export type PrimaryCalls = Pick<Channel<ControlSide, ControlledSide>, "call" | "note">;

export interface ControlParts {
  readonly primary: PrimaryCalls;
  /** Null on a server without jobs. */
  readonly jobs: JobQueue | null;
  readonly watching: Pick<Watching, "open">;
  readonly programs: Programs;
  readonly about: () => AboutServer;
}

const never = new AbortController().signal;

/**
 * A task may answer with HTML. Opened from here, it could do what an operator does: so it runs nothing,
 * and belongs to no site. The page has a policy of its own.
 */
const noDocument = "default-src 'none'; sandbox; frame-ancestors 'none'";

/** Creates the Koa application of control. It does not listen. */
export function createControlApp(parts: ControlParts, settings: AppSettings): Koa<State> {
  const { primary, watching, programs, jobs, about } = parts;
  const { guard: access, ...rest } = settings;
  const guard = createControlGuard(access);
  const router = new Router<State>();
  serveIndex(router, servePage(router));
  serveHealth(router);
  serveStats(router, primary);
  serveHosts(router, watching);
  serveEvents(router, watching, guard);
  serveOperations(router, primary);
  servePrograms(router, programs, about);
  serveReports(router);
  serveJobs(router, primary, { ...rest, jobs, stopping: never, clock: systemClock });
  serveServer(router, about().url);
  serveProblems(router);

  const app = new Koa<State>();
  const log = {
    error: ({ err, ...fields }: { readonly err?: Error }, message: string) => {
      const logged = { ...fields, err: err && loggedError(err) };
      primary.note("logged", { level: "error", message, fields: logged });
    },
  };
  app.use(funnelErrors({ log, stopping: never, exposeErrors: true }));
  app.use(assignRequestId());
  const answer = createRouting(router, guard, "GET / lists what there is.");
  app.use((ctx) => {
    ctx.res.setHeader("X-Content-Type-Options", "nosniff");
    ctx.res.setHeader("Content-Security-Policy", noDocument);
    requireReadable(ctx.req);
    readTarget(ctx.req);
    return answer(ctx);
  });
  app.on("error", () => {}); // A client that leaves early is no news.
  return app;
}
