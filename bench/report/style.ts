import { mostViews } from "./plot.ts";
import { writeColours } from "./svg/palette.ts";

/** Shows the chosen view of a chart, without a script. */
const chosenView = Array.from(
  { length: mostViews },
  (_, index) =>
    `.plot:has(.choices):not(:has(input[value="${index}"]:checked)) .view-${index} { display: none; }`,
).join("\n");

/** Paper is always light. */
export const style = `
:root { color-scheme: light; ${writeColours("light")} }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; ${writeColours("dark")} }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 40px 16px 64px; max-width: 892px;
  background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
h1, h2, h3 { line-height: 1.2; letter-spacing: -0.01em; text-wrap: balance; margin: 0; }
h1 { font-size: 30px; }
h2 { font-size: 21px; }
h3 { font-size: 16px; letter-spacing: 0; }
p { margin: 0 0 12px; max-width: 68ch; text-wrap: pretty; }
a { color: var(--s1); text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--s1); outline-offset: 2px; border-radius: 2px; }
code { font: 0.88em/1.5 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; }
.kicker { color: var(--soft); font-size: 14px; margin-bottom: 6px; }
.answer { font-size: 19px; line-height: 1.45; margin: 14px 0 0; }
.soft { color: var(--soft); }
.small { font-size: 14px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 16px; top: 8px; }
nav { margin: 22px 0 0; font-size: 14px; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0; padding: 0; list-style: none; }
main > section { margin-top: 44px; padding-top: 22px; border-top: 1px solid var(--rule); }
section > h2 { margin-bottom: 12px; }
section > h3 { margin: 28px 0 10px; }
figure { margin: 0 0 24px; }
figure + figure { margin-top: 36px; }
figcaption { margin-bottom: 14px; }
figcaption p { margin-bottom: 4px; }
figcaption .how { color: var(--soft); font-size: 14px; }
ul.sentences { margin: 0; padding-left: 20px; max-width: 68ch; }
ul.sentences li { margin-bottom: 6px; }
.absent { color: var(--soft); border-left: 3px solid var(--rule); padding: 2px 0 2px 12px; }
.notice { border-left: 3px solid var(--warn); padding: 2px 0 2px 12px; margin: 18px 0 0; }
section > .notice { margin: 0 0 14px; }
.stamp {
  display: inline-block; font-size: 11px; font-weight: 700; letter-spacing: 0.05em; line-height: 1.3;
  color: var(--warn); border: 1.5px solid currentColor; border-radius: 3px; padding: 0 4px;
}
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 8px; padding: 0; list-style: none; font-size: 14px; }
.legend svg { display: inline-block; vertical-align: -1px; margin-right: 6px; }

svg { display: block; }
.chart svg { width: 100%; height: auto; overflow: visible; }
.chart svg text { font: 13px/1 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; fill: var(--ink); }
.chart svg text.soft { fill: var(--soft); font-size: 12px; }
.chart svg text.halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.chart svg text.strong { font-weight: 600; }
.chart svg text.warn { fill: var(--warn); font-size: 10.5px; font-weight: 700; letter-spacing: 0.05em; }
.chart svg .axis { stroke: var(--soft); stroke-width: 1; }
.chart svg .rule { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 4 3; }
.chart svg .median { stroke: var(--ink); stroke-width: 2; }
.chart svg .grid { stroke: var(--grid); stroke-width: 1; }
.chart .narrow { display: none; }
@media (max-width: 700px) {
  .chart .wide { display: none; }
  .chart .narrow { display: block; max-width: 520px; }
}

.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 0; font-size: 15px; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; }
@media (max-width: 520px) {
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 8px; }
}

details { margin-top: 10px; font-size: 14px; }
summary { cursor: pointer; color: var(--soft); width: fit-content; }
.scroll { overflow-x: auto; margin-top: 10px; }
table { border-collapse: collapse; font-size: 14px; line-height: 1.4; }
caption { text-align: left; color: var(--soft); padding-bottom: 6px; }
caption span { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 40px); }
th, td { padding: 5px 16px 5px 0; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; vertical-align: top; }
th { font-weight: 400; }
thead th { color: var(--soft); white-space: normal; border-bottom-color: var(--rule); vertical-align: bottom; }
th.words, td.words { text-align: left; }
td.long { white-space: normal; min-width: 220px; }
th .stamp, td .stamp { margin-left: 8px; }
td .range { display: block; color: var(--soft); font-size: 12px; }

.plot { margin-top: 4px; }
.plot .choices { display: flex; flex-wrap: wrap; gap: 4px 14px; border: 0; padding: 0; margin: 0 0 10px; font-size: 14px; }
.plot .choices legend { float: left; padding: 0; margin-right: 4px; color: var(--soft); }
.plot .choices label { display: inline-flex; align-items: center; gap: 5px; cursor: pointer; }
.plot .choices input { margin: 0; accent-color: var(--s1); }
${chosenView}
.legend [role=button] { cursor: pointer; }
.legend [aria-pressed=false] { opacity: 0.45; text-decoration: line-through; }
.off { display: none; }
.pointed .mark, .mark.pointed { stroke: var(--ink); stroke-width: 2.5; }
.tip {
  position: fixed; z-index: 1; pointer-events: none; padding: 3px 8px; border-radius: 3px; font-size: 13px;
  max-width: calc(100vw - 8px); background: var(--raised); border: 1px solid var(--rule);
}

footer { margin-top: 44px; padding-top: 16px; border-top: 1px solid var(--rule); color: var(--soft); font-size: 14px; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav, .skip, .plot .choices, summary, .download, .tip { display: none; }
  main > section { margin-top: 24px; padding-top: 14px; }
  figure, .chart svg, tr { break-inside: avoid; }
  h2, h3, figcaption { break-after: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { white-space: normal; padding-right: 8px; }
}
`;
