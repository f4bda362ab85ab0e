import { element } from "../../dom.ts";
import { formatMs } from "../../format.ts";
import type { Span } from "./timeline.ts";

/** No part is so short that it cannot be seen, in shares of the whole. */
const leastShare = 0.012;

/** The life of a job as one bar. Each part says what it is. */
export function timelineBar(spans: readonly Span[]): HTMLElement {
  const first = spans[0]?.from ?? 0;
  const wholeMs = Math.max(1, (spans.at(-1)?.to ?? first) - first);
  const parts = spans.map((span) => {
    const text = textOf(span);
    const part = element("li", { class: span.kind, title: text }, element("span", {}, text));
    if (span.outcome !== null) part.dataset["outcome"] = span.outcome;
    part.style.flexGrow = String(Math.max(leastShare, (span.to - span.from) / wholeMs));
    return part;
  });
  return element("ol", { class: "timeline", "aria-label": "The life of this job" }, ...parts);
}

function textOf({ kind, from, to, outcome, number }: Span): string {
  const ms = formatMs(Math.round(to - from));
  if (kind === "waits") return `waits ${ms}`;
  return kind === "runs" ? `attempt ${number} runs ${ms}` : `attempt ${number} ${outcome} ${ms}`;
}
