import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import { answerJson } from "../../../http/json.ts";
import type { State } from "../../../http/services.ts";
import { findReports, openReport } from "../reports/find-reports.ts";

/**
 * A report is a file that anybody may have put there. It runs its own script, and has nothing of
 * control's: no cookies, no storage, no right to ask.
 */
const sandbox = "sandbox allow-scripts allow-downloads; frame-ancestors 'none'";

/**
 * `GET /reports`: results of bench and stress in the working folder. `GET /reports/FOLDER/bench`: the
 * page of one of them. Only what the list has is served: a path never becomes one of the file system.
 */
export function serveReports(router: Router<State>, folder = process.cwd()): void {
  router.get("/reports", async (ctx) => {
    ctx.set("Cache-Control", "no-store");
    answerJson(ctx, { reports: await findReports(folder) });
  });

  router.get("/reports/*name", async (ctx) => {
    const name = ctx.params["name"] ?? "";
    const report = await openReport(folder, name);
    if (!report) {
      throw new AppError("not-found", `There is no report ${name}. GET /reports lists them.`);
    }
    ctx.set("Content-Security-Policy", sandbox);
    ctx.set("Cache-Control", "no-store");
    ctx.set("Content-Type", "text/html; charset=utf-8");
    ctx.body = report;
  });
}
