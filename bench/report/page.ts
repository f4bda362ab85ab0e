/**
 * The shell of a report: one HTML file that works offline. Its style, its script and its data are
 * inside. A content security policy forbids it to fetch anything.
 */
import { readFileSync } from "node:fs";
import { style } from "./style.ts";
import { Markup, markup, type Piece, scriptJson } from "./text/markup.ts";

export interface Page {
  readonly title: string;
  /** A short line above the title: what this is, when and where. */
  readonly kicker: string;
  /** Below the title: the answer in short. */
  readonly summary: Piece;
  readonly sections: readonly Section[];
  /** The result that the page shows. All of it is embedded, and can be saved under this name. */
  readonly data: { readonly fileName: string; readonly value: unknown };
}

export interface Section {
  /** Unique in the page: the target of links. */
  readonly id: string;
  readonly title: string;
  readonly body: Piece;
}

const script = readFileSync(new URL("./browser/page.js", import.meta.url), "utf8");

/** Pure: the same page gives the same text. */
export function renderPage({ title, kicker, summary, sections, data }: Page): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the results</a>
<header>
<p class="kicker">${kicker}</p>
<h1>${title}</h1>
${summary}
<nav aria-label="Contents"><ul>${sections.map(renderLink)}</ul></nav>
</header>
<main id="content">
${sections.map(renderSection)}
<section id="data">
<h2>Raw data</h2>
<p>Everything above comes from this result, which is embedded in the page as JSON. <a class="download" id="download" download="${data.fileName}" href="#data">Save ${data.fileName}</a></p>
<noscript><p class="small soft">Without JavaScript, find it at the end of this file's source, in the element <code>#result</code>.</p></noscript>
</section>
</main>
<footer>Made by manycore. Nothing in this file is loaded from anywhere else.</footer>
<script type="application/json" id="result">${scriptJson(data.value)}</script>
<script type="module">${new Markup(script)}</script>
</body>
</html>
`.text;
}

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

function renderLink({ id, title }: Section): Markup {
  return markup`<li><a href="#${id}">${title}</a></li>`;
}

function renderSection({ id, title, body }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}
