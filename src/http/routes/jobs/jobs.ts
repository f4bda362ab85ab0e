import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import { isFinal } from "../../../jobs/job.ts";
import { bytesAtPlace } from "../../../tasks/output/output.ts";
import { accepted } from "../../accept.ts";
import { parseJson, readText } from "../../body.ts";
import type { HttpContext, Services, State } from "../../services.ts";
import { batchOfArray, batchOfLines, submitMany } from "./batch.ts";
import { queueOf, required, waitForEnd } from "./found.ts";
import { preferencesOf } from "./headers.ts";
import { filterOf, nextPage } from "./listing.ts";
import { etagOf, jobText, retryAfterSeconds, withoutResult } from "./representation.ts";
import { submitOne } from "./submit.ts";

const ndjson = "application/x-ndjson";

/** `/jobs`: submit one or many, list, look at one, its result, cancel. */
export function jobRoutes(router: Router<State>, services: Services): void {
  router.post("/jobs", (ctx) => submit(ctx, services));
  router.get("/jobs", (ctx) => list(ctx, services));
  router.get("/jobs/:id", (ctx) => show(ctx, services, idOf(ctx)));
  router.get("/jobs/:id/result", (ctx) => showResult(ctx, services, idOf(ctx)));
  router.delete("/jobs/:id", (ctx) => cancel(ctx, services, idOf(ctx)));
}

function idOf(ctx: HttpContext): string {
  return (ctx["params"] as { id: string }).id;
}

async function submit(ctx: HttpContext, services: Services): Promise<void> {
  queueOf(services);
  accepted(ctx, "json");
  requireNoQuery(ctx);
  const types: [string, ...string[]] = ["json", "+json", ndjson, "application/ndjson"];
  const text = await readText(ctx, services.bodyLimitBytes, types);
  if (ctx.is(ndjson, "application/ndjson")) {
    const answers = await submitMany(ctx, services, batchOfLines(text));
    ctx.status = 207;
    ctx.set("Content-Type", ndjson);
    ctx.body = `${answers.join("\n")}\n`;
    return;
  }
  const sent = parseJson(text);
  if (!Array.isArray(sent)) return submitOne(ctx, services, sent);
  const answers = await submitMany(ctx, services, batchOfArray(sent));
  ctx.status = 207;
  ctx.set("Content-Type", "application/json");
  ctx.body = `{"jobs":[${answers.join(",")}]}\n`;
}

function requireNoQuery(ctx: HttpContext): void {
  const [stray] = Object.keys(ctx.query);
  if (stray === undefined) return;
  const message = "put it into the body";
  const detail = `Query parameters are not read on POST: ${stray}. Put it into the JSON body.`;
  throw new AppError("invalid-input", detail, { errors: [{ path: `/${stray}`, message }] });
}

async function list(ctx: HttpContext, services: Services): Promise<void> {
  const queue = queueOf(services);
  accepted(ctx, "json");
  const page = await queue.list(filterOf(ctx));
  const next = page.cursor === null ? null : nextPage(ctx, page.cursor);
  if (next !== null) ctx.set("Link", `<${next}>; rel="next"`);
  const jobs = page.jobs.map((job) => jobText(job, null)).join(",");
  ctx.set("Content-Type", "application/json");
  ctx.body = `{"jobs":[${jobs}],"cursor":${JSON.stringify(page.cursor)},"next":${JSON.stringify(next)}}\n`;
}

/** 200 in every state: what was asked for is the job, and that is there. */
async function show(ctx: HttpContext, services: Services, id: string): Promise<void> {
  const queue = queueOf(services);
  accepted(ctx, "json");
  const { wait } = preferencesOf(ctx);
  if (wait !== undefined) {
    required(id, await queue.find(id));
    ctx.set("Preference-Applied", `wait=${await waitForEnd(ctx, services, id, wait)}`);
  }
  const { job, result } = required(id, await queue.find(id, true));
  ctx.set("ETag", etagOf(job));
  ctx.set("Cache-Control", "no-cache");
  if (!isFinal(job.state)) ctx.set("Retry-After", retryAfterSeconds);
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.set("Content-Type", "application/json");
  ctx.body = `${jobText(job, result)}\n`;
}

/** As a run is answered: bare bytes for who likes them best, where the result has one run of bytes. */
async function showResult(ctx: HttpContext, services: Services, id: string): Promise<void> {
  const queue = queueOf(services);
  const representation = accepted(ctx, "json", "bin");
  const { job, result, bytesAt } = required(id, await queue.find(id, true));
  if (job.state !== "succeeded") throw withoutResult(job);
  if (representation === "bin" && result !== null && bytesAt !== undefined) {
    ctx.set("Content-Type", "application/octet-stream");
    ctx.body = bytesAtPlace(result, bytesAt);
    return;
  }
  ctx.set("Content-Type", "application/json");
  ctx.body = `${result ?? "null"}\n`;
}

/** 200 once it is cancelled, 202 while its run is being stopped. */
async function cancel(ctx: HttpContext, services: Services, id: string): Promise<void> {
  const queue = queueOf(services);
  accepted(ctx, "json");
  const { job } = required(id, await queue.cancel(id));
  if (job.state === "succeeded" || job.state === "failed") {
    const detail = `Job ${id} has ended already: it ${job.state}. Its result, if any, stays until --job-retention is over.`;
    throw new AppError("job-ended", detail);
  }
  ctx.status = job.state === "cancelled" ? 200 : 202;
  if (ctx.status === 202) ctx.set("Retry-After", retryAfterSeconds);
  ctx.set("ETag", etagOf(job));
  ctx.set("Content-Type", "application/json");
  ctx.body = `${jobText(job, null)}\n`;
}
