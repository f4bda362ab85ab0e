import type Router from "@koa/router";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { parseBody, readJsonBody, readMediaType } from "../../json-body.ts";
import { requireNoQuery } from "../../query.ts";
import type { HttpContext, Services, State } from "../../services.ts";
import { requireQueue } from "./find-job.ts";
import { readArray, readLines, submitMany } from "./submit-many.ts";
import { submitOne } from "./submit-one.ts";

const ndjson = "application/x-ndjson";
const ndjsonTypes = [ndjson, "application/ndjson"];

/** `POST /jobs`: one job as a JSON object, or many as an array or as NDJSON. */
export function serveJobSubmission(router: Router<State>, services: Services): void {
  router.post("/jobs", (ctx) => submit(ctx, services));
}

async function submit(ctx: HttpContext, services: Services): Promise<void> {
  requireQueue(services);
  chooseRepresentation(ctx, "json");
  requireNoQuery(ctx.query);
  const body = await readJsonBody(ctx, services.bodyLimitBytes, ndjsonTypes);
  if (ndjsonTypes.includes(readMediaType(ctx))) {
    const answers = await submitMany(ctx, services, readLines(body.text));
    ctx.status = 207;
    ctx.set("Content-Type", ndjson);
    ctx.body = `${answers.join("\n")}\n`;
    return;
  }
  const sent = parseBody(body);
  if (!Array.isArray(sent)) return submitOne(ctx, services, sent);
  const answers = await submitMany(ctx, services, readArray(sent));
  ctx.status = 207;
  answerJsonText(ctx, `{"jobs":[${answers.join(",")}]}`);
}
