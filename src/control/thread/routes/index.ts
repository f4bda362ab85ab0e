import type Router from "@koa/router";
import { chooseRepresentation } from "../../../http/accept.ts";
import { answerJson } from "../../../http/json.ts";
import type { State } from "../../../http/services.ts";
import type { ServedPage } from "../page/routes.ts";

/** Every route of control, with what it does. */
const places = {
  "GET /": "this list; in a browser, the page",
  "GET /livez": "control itself answers",
  "GET /stats": "what every worker does, and what was counted",
  "GET /hosts": "this host, and the others that share its queue",
  "GET /hosts/ID/events": "what happens on another host, as GET /events of this one",
  "GET /events": "what happens, as it happens: Server-Sent Events",
  "GET /metrics": "the same for Prometheus",
  "POST /reload":
    "reads the configuration and the tasks again, and replaces the workers one by one",
  "POST /workers/+1": "one worker more",
  "POST /workers/-1": "one worker less",
  "POST /log-level": 'a new level of the log: {"level":"debug"}',
  "POST /pause": 'starts no more jobs: of all tasks, or of one with {"task":"hash"}',
  "POST /resume": "starts jobs again",
  "POST /contrast": 'the same load on two modes: {"modes":["cluster","threads"],"task":"hash"}',
  "GET /contrast": "whether one runs, or has ended",
  "GET /contrast/events": "what the latest contrast has told, and tells",
  "DELETE /contrast": "ends it early",
  "POST /load": 'a load on this server: {"task":"hash","perSecond":20,"seconds":30}',
  "GET /load": "whether one runs, or has ended",
  "GET /load/events": "what the latest load has told, and tells",
  "DELETE /load": "ends it early",
  "GET /reports": "results of bench and stress that lie in the working folder",
  "GET /jobs": "jobs, batches and schedules as on the main port, also while every worker computes",
  "GET /server/tasks": "the tasks of the server; POST /server/tasks/TASK runs one",
  "GET /problems": "what each error means, and what to do",
} as const;

/** `GET /`: what there is; for a browser the page, which shows it. */
export function serveIndex(router: Router<State>, page: ServedPage): void {
  router.get("/", async (ctx) => {
    const representation = chooseRepresentation(ctx, "text", "json", "html");
    if (representation === "html") {
      await page.answer(ctx);
      return;
    }
    if (representation === "json") {
      answerJson(ctx, { control: "manycore", routes: places });
      return;
    }
    const rows = Object.entries(places).map(([route, does]) => `${route.padEnd(24)}${does}\n`);
    ctx.set("Content-Type", "text/plain; charset=utf-8");
    ctx.body = `control of manycore\n\n${rows.join("")}`;
  });
}
