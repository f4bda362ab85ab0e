import type Router from "@koa/router";
import { isLoopbackHost } from "../../config/loopback.ts";
import { chooseRepresentation } from "../accept.ts";
import { answerHtml, html, type PathRow, renderRows } from "../html.ts";
import { answerJson } from "../json.ts";
import type { HttpContext, Services, State } from "../services.ts";

/** Where programs and people find what the server offers (RFC 8631). */
const contract = '</openapi.json>; rel="service-desc", </docs>; rel="service-doc"';

/** `GET /`: hello world, the light request. Its delay shows what heavy requests beside it cost. */
export function serveHello(router: Router<State>, services: Services): void {
  const { identity } = services;

  router.get("/", (ctx) => {
    const representation = chooseRepresentation(ctx, "text", "json", "html");
    ctx.res.setHeader("Link", contract);
    if (representation === "json") {
      answerJson(ctx, { message: "hello world", ...identity });
    } else if (representation === "html") {
      answerHtml(ctx, "manycore", renderHello(ctx, services));
    } else {
      ctx.res.setHeader("Content-Type", "text/plain; charset=utf-8");
      ctx.body = "hello world\n";
    }
  });
}

function renderHello(ctx: HttpContext, services: Services) {
  const { identity, workers, jobs } = services;
  const url = `${ctx.protocol}://${ctx.host}`;
  const run = `curl -d '{"input":"abc"}' ${url}/hash`;
  const job = `curl -d '{"task":"hash"}' ${url}/jobs`;
  return html`<h1>hello world</h1>
<p class="facts">worker ${identity.worker} of ${workers.total} · pid ${identity.pid}</p>
<p class="lead">manycore runs CPU-heavy tasks on every core. This is its light answer; <a href="/hash">/hash</a> is the heavy one.</p>
<h2>Look around</h2>
${renderRows(listPlaces(services, pageFor(ctx, services)))}
<h2>From a terminal</h2>
<pre><code>${jobs ? `${run}\n${job}` : run}</code></pre>`;
}

/** The page, for a browser of this machine: control listens on loopback, unless told otherwise. */
function pageFor(ctx: HttpContext, { controlUrl }: Services): string | undefined {
  const host = ctx.hostname.replace(/^\[(.*)\]$/, "$1");
  return isLoopbackHost(host) ? controlUrl() : undefined;
}

function listPlaces({ jobs }: Services, page: string | undefined): readonly PathRow[] {
  const places: readonly (readonly [string, string])[] = [
    ...(page ? ([[page, "The page of this server: watch its cores work"]] as const) : []),
    ["/hash", "One heavy run: PBKDF2 with its default cost"],
    ["/tasks", "The tasks that this server runs, with their inputs"],
    ...(jobs ? ([["/jobs", "Jobs: submitted now, collected later"]] as const) : []),
    ["/docs", "The whole API, to read and to try out"],
    ["/stats", "The server and its queue in figures"],
    ["/metrics", "The same for Prometheus"],
    ["/readyz", "How many workers are ready"],
    ["/problems", "What each error means, and what to do"],
  ];
  return places.map(([path, text]) => ({ path, text: html`${text}` }));
}
