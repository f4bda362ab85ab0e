import type { SeenWorker } from "../../../telemetry/watch/seen.ts";
import { element } from "../../dom.ts";
import { formatBytes, formatMs, formatNumber } from "../../format.ts";
import type { Page } from "../../page.ts";

/** Older values are marked: a run holds the event loop of the worker, which sends none. */
const oldMs = 3000;

const columns: readonly (readonly [name: string, text: (worker: SeenWorker) => string])[] = [
  ["pid", ({ pid }) => String(pid ?? "–")],
  ["stage", ({ stage }) => stage],
  ["busy slots", ({ busySlots, slots }) => `${busySlots} of ${slots}`],
  ["waiting", ({ pending }) => formatNumber(pending)],
  ["connections", ({ connections }) => formatNumber(connections)],
  ["runs", ({ runsPerSecond }) => `${formatNumber(runsPerSecond)}/s`],
  ["CPU", ({ cores }) => (cores === null ? "–" : `${formatNumber(cores)} cores`)],
  ["memory", ({ rssBytes }) => formatBytes(rssBytes)],
  ["loop delay p99", ({ loopDelayMs }) => formatMs(loopDelayMs.p99)],
  ["seen", ({ ageMs }) => (ageMs !== null && ageMs > oldMs ? `${formatMs(ageMs)} ago` : "now")],
];

/** The workers as they are now: a table, or cards where there is little room. @returns what ends it */
export function mountWorkers(root: HTMLElement, page: Page): () => void {
  const body = element("tbody");
  const heads = ["worker", ...columns.map(([name]) => name)];
  const head = element("tr", {}, ...heads.map((name) => element("th", { scope: "col" }, name)));
  const caption = element("caption", { class: "unseen" }, "The workers now");
  const table = element("table", { class: "cards" }, caption, element("thead", {}, head), body);
  const wide = element("div", { class: "wide", tabindex: 0 }, table);
  root.append(element("h2", {}, "Workers"), wide);

  function show(): void {
    const workers = page.seen.figures.latest?.workers ?? [];
    const rows = workers.toSorted((one, other) => one.worker - other.worker).map(rowOf);
    body.replaceChildren(...rows);
  }
  show();
  return page.seen.onChange((change) => {
    if (change === "start" || change === "figures") show();
  });
}

function rowOf(worker: SeenWorker): HTMLElement {
  const cells = columns.map(([name, text]) => element("td", { "data-name": name }, text(worker)));
  const head = element("th", { scope: "row", "data-name": "worker" }, String(worker.worker));
  return element("tr", {}, head, ...cells);
}
