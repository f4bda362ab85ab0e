import Router from "@koa/router";
import Koa from "koa";
import { accessLog } from "./middleware/access-log.ts";
import { requestId } from "./middleware/request-id.ts";
import { responses } from "./middleware/responses.ts";
import { hashRoutes } from "./routes/hash.ts";
import { healthRoutes } from "./routes/health.ts";
import { helloRoute } from "./routes/hello.ts";
import { taskRoutes } from "./routes/tasks.ts";
import type { Services, State } from "./services.ts";

/** The Koa application of one worker: what it serves, without a port. */
export function createApp(services: Services): Koa<State> {
  const router = new Router<State>();
  helloRoute(router, services);
  hashRoutes(router, services);
  taskRoutes(router, services);
  healthRoutes(router, services);

  const app = new Koa<State>();
  app.use(requestId());
  if (services.accessLog) app.use(accessLog(services.log));
  app.use(responses(services));
  app.use(router.routes());
  app.use(router.allowedMethods());
  app.on("error", (err) => services.log.debug({ err }, "response failed"));
  return app;
}
