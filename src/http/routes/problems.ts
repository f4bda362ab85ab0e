import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import { isProblemType, nameProblem, type ProblemType, problems } from "../../problems.ts";
import { chooseRepresentation } from "../accept.ts";
import { answerHtml, html, renderCode, renderRows } from "../html.ts";
import { answerJson } from "../json.ts";
import { problemTexts } from "../problem-texts.ts";
import type { HttpContext, State } from "../services.ts";

const types = Object.keys(problems) as ProblemType[];

/** `GET /problems` and `GET /problems/:type`: what the `type` of a problem opens. */
export function serveProblems(router: Router<State>): void {
  router.get("/problems", listProblems);
  router.get("/problems/:type", (ctx) => showProblem(ctx, requireType(ctx.params["type"] ?? "")));
}

function listProblems(ctx: HttpContext): void {
  const representation = chooseRepresentation(ctx, "text", "html", "json");
  if (representation === "json") answerJson(ctx, { problems: types.map(describe) });
  else if (representation === "html") answerHtml(ctx, "Problems", renderList());
  else
    answerText(
      ctx,
      types.map((type) => `${makeHeading(type)}\n    ${nameProblem(type)}\n`).join(""),
    );
}

function showProblem(ctx: HttpContext, type: ProblemType): void {
  const representation = chooseRepresentation(ctx, "text", "html", "json");
  const { meaning, remedy } = problemTexts[type];
  if (representation === "json") answerJson(ctx, describe(type));
  else if (representation === "html") answerHtml(ctx, problems[type].title, renderProblem(type));
  else answerText(ctx, `${makeHeading(type)}\n\n${meaning}\n\nWhat to do: ${remedy}\n`);
}

function answerText(ctx: HttpContext, text: string): void {
  ctx.set("Content-Type", "text/plain; charset=utf-8");
  ctx.body = text;
}

/** @throws AppError `not-found` */
function requireType(slug: string): ProblemType {
  if (isProblemType(slug)) return slug;
  const detail = `There is no problem type ${JSON.stringify(slug)}. GET /problems lists them.`;
  throw new AppError("not-found", detail);
}

function describe(type: ProblemType) {
  return { type: nameProblem(type), ...problems[type], ...problemTexts[type] };
}

function makeHeading(type: ProblemType): string {
  return `${problems[type].status} ${problems[type].title}`;
}

function renderList() {
  const rows = types.map((type) => ({
    path: nameProblem(type),
    label: type,
    text: html`${makeHeading(type)}`,
  }));
  return html`<h1>Problems</h1>
<p class="lead">Every error of this server is a problem (RFC 9457). Its <code>type</code> is one of these.</p>
${renderRows(rows)}
<footer><a href="/">hello world</a></footer>`;
}

function renderProblem(type: ProblemType) {
  const { meaning, remedy } = problemTexts[type];
  return html`<h1 class="long">${problems[type].title}</h1>
<p class="facts">${problems[type].status} · ${type}</p>
<h2>What it means</h2>
<p>${renderCode(meaning)}</p>
<h2>What to do</h2>
<p>${renderCode(remedy)}</p>
<footer><a href="/problems">All problems</a></footer>`;
}
