import { createHash } from "node:crypto";
import { pageHeaders } from "./guard/page-headers.ts";
import type { HttpContext } from "./services.ts";

/** Colours follow the browser's scheme. Links keep a contrast of at least 4.5 to 1 in both. */
const style = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1c1b19; --soft: #6a665e; --line: #e2ded4; --accent: #0b6b57; --wash: #f1eee6 }
@media (prefers-color-scheme: dark) { :root { --paper: #151614; --ink: #eceae4; --soft: #a09b90; --line: #2e2f2b; --accent: #5fd0b2; --wash: #1e201d } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 44rem; padding: clamp(2rem, 9vh, 6rem) 1.5rem 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif }
h1 { margin: 0; font-size: clamp(2.25rem, 8vw, 3.5rem); line-height: 1.1; letter-spacing: -.03em; font-weight: 650; text-wrap: balance }
h1.long { font-size: clamp(1.6rem, 5vw, 2.25rem) }
h2 { margin: 2.5rem 0 .5rem; font-size: .8rem; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; color: var(--soft) }
p { margin: .5rem 0 0; max-width: 38rem }
a { color: var(--accent); text-decoration: none }
a:hover, a:focus-visible { text-decoration: underline; text-underline-offset: .2em }
code, pre, .facts { font: .9em/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
code { padding: .1em .3em; border-radius: .25em; background: var(--wash) }
a > code { padding: 0; background: none }
pre { margin: .5rem 0 0; padding: .9rem 1.1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--wash); overflow-x: auto }
pre code { padding: 0; background: none; font-size: 1em }
.facts { margin-top: .75rem; color: var(--soft) }
.lead { margin-top: 1.5rem; font-size: 1.1rem }
.rows { margin: .75rem 0 0; border-top: 1px solid var(--line) }
.rows > div { display: grid; grid-template-columns: 13rem 1fr; gap: 0 1.5rem; padding: .6rem 0; border-bottom: 1px solid var(--line) }
.rows dt, .rows dd { margin: 0; overflow-wrap: anywhere }
.rows dd { color: var(--soft) }
footer { margin-top: 3rem; font-size: .9rem; color: var(--soft) }
@media (max-width: 34rem) { .rows > div { grid-template-columns: 1fr } }
`;

/** Nothing but the style above is loaded or run. */
const setHeaders = pageHeaders({ styles: [`sha256-${digest(style)}`] });

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

/** One line of a list: a path, and what is there. */
export interface PathRow {
  readonly path: string;
  readonly label?: string;
  readonly text: Html;
}

/** Answers with a page of this server. */
export function answerHtml(ctx: HttpContext, title: string, body: Html): void {
  ctx.set("Content-Type", "text/html; charset=utf-8");
  setHeaders(ctx);
  ctx.body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<main>
${body.html}
</main>
</html>
`;
}

/** A template tag: whatever is put in is escaped, unless it is HTML already. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (Html | readonly Html[] | string | number)[]
): Html {
  const texts = values.map((value) => {
    if (typeof value === "object")
      return [value]
        .flat()
        .map((each) => (each as Html).html)
        .join("\n");
    return escapeHtml(String(value));
  });
  return { html: String.raw({ raw: parts }, ...texts) };
}

export function renderRows(rows: readonly PathRow[]): Html {
  const items = rows.map(
    ({ path, label = path, text }) =>
      html`<div><dt><a href="${path}"><code>${label}</code></a></dt><dd>${text}</dd></div>`,
  );
  return html`<dl class="rows">
${items}
</dl>`;
}

/** Renders the one mark of our texts, which is code between backticks. */
export function renderCode(markdown: string): Html {
  return { html: escapeHtml(markdown).replace(/`([^`]+)`/g, "<code>$1</code>") };
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
