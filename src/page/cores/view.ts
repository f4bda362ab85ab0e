import { element } from "../dom.ts";
import { mountLoad } from "../load/view.ts";
import type { Page } from "../page.ts";
import { mountCharts } from "./charts/view.ts";
import { mountLanes } from "./lanes/view.ts";
import { mountTiles } from "./tiles/view.ts";
import { mountWorkers } from "./workers/view.ts";

/** The parts of the view, in their order, with what they are called. */
const parts = [
  ["lanes", "Lanes", mountLanes],
  ["load", "Load", mountLoad],
  ["tiles", "Figures of now", mountTiles],
  ["workers", "Workers", mountWorkers],
  ["history", "Charts", mountCharts],
] as const;

/** *Cores*: what runs where, and how the server is. */
export function mount(root: HTMLElement, page: Page): () => void {
  const facts = element("p", { class: "facts" });
  root.append(element("div", { class: "title" }, element("h1", {}, "Cores"), facts));
  const ends = parts.map(([name, label, mountPart]) => {
    const section = element("section", { class: name, "aria-label": label });
    root.append(section);
    return mountPart(section, page);
  });
  const showState = () => {
    const { server, connection } = page.seen;
    root.classList.toggle("stale", connection.kind !== "connected");
    if (!server) return;
    const { version, url, mode, executor, node, pid } = server;
    facts.textContent = `manycore ${version} at ${url} · mode ${mode}, executor ${executor} · Node ${node} · pid ${pid}`;
  };
  showState();
  ends.push(page.seen.onChange(showState));
  return () => {
    for (const end of ends) end();
  };
}
