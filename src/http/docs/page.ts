import { pageHeaders } from "../guard/page-headers.ts";
import type { HttpContext } from "../services.ts";
import type { DocsFileName } from "./files.ts";

/** It loads and runs nothing but files of this server. Swagger UI has its icons in its style. */
const setHeaders = pageHeaders({
  ...{ styles: ["self"], scripts: ["self"], connects: true },
  images: ["data:", "blob:"],
});

/** @param pathOf the path under which a file is served */
export function answerDocsPage(ctx: HttpContext, pathOf: (name: DocsFileName) => string): void {
  ctx.set("Content-Type", "text/html; charset=utf-8");
  setHeaders(ctx);
  ctx.body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API of manycore</title>
<link rel="stylesheet" href="${pathOf("swagger-ui.css")}">
<link rel="stylesheet" href="${pathOf("docs.css")}">
<link rel="stylesheet" href="${pathOf("operations.css")}">
<header class="top">
<a class="home" href="/">manycore</a>
<nav aria-label="More"><a href="/tasks">tasks</a> <a href="/problems">problems</a> <a href="/openapi.json">openapi.json</a></nav>
</header>
<main id="docs"><noscript><p>This page needs JavaScript. <a href="/openapi.json">openapi.json</a> has the same as JSON.</p></noscript></main>
<script defer src="${pathOf("swagger-ui-bundle.js")}"></script>
<script type="module" src="${pathOf("init.js")}"></script>
</html>
`;
}
