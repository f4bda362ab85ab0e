import { element } from "../dom.ts";
import { mountLoad } from "../load/view.ts";
import { EventsOfServer } from "../net/events-of-server.ts";
import type { Page } from "../page.ts";
import { Seen } from "../seen/seen.ts";
import { mountCharts } from "./charts/view.ts";
import { mountHosts } from "./hosts/view.ts";
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

/**
 * *Cores*: what runs where, and how the server is. `#cores/ID` shows another host; it is loaded by its own
 * control.
 */
export function mount(root: HTMLElement, page: Page): () => void {
  const [chosen] = page.place;
  const other = chosen === undefined ? undefined : watchOther(page, chosen);
  const shown = other?.page ?? page;
  const facts = element("p", { class: "facts" });
  root.append(element("div", { class: "title" }, element("h1", {}, "Cores"), facts));
  const hosts = element("section", { class: "hosts", "aria-label": "Hosts" });
  root.append(hosts);
  const ends = [mountHosts(hosts, page, chosen)];
  for (const [name, label, mountPart] of parts) {
    if (other && name === "load") continue;
    const section = element("section", { class: name, "aria-label": label });
    root.append(section);
    ends.push(mountPart(section, shown));
  }
  const showState = () => {
    const { server, connection } = shown.seen;
    root.classList.toggle("stale", connection.kind !== "connected");
    if (!server) return;
    const { version, url, mode, executor, node, pid } = server;
    facts.textContent = `manycore ${version} at ${url} · mode ${mode}, executor ${executor} · Node ${node} · pid ${pid}`;
  };
  showState();
  ends.push(shown.seen.onChange(showState));
  return () => {
    for (const end of ends) end();
    other?.end();
  };
}

/** The page as the parts have it, with what another host tells. */
function watchOther(page: Page, id: string): { readonly page: Page; readonly end: () => void } {
  const stream = new EventsOfServer(`hosts/${encodeURIComponent(id)}/events`);
  const seen = new Seen(stream);
  stream.start();
  return { page: { ...page, stream, seen }, end: () => stream.end() };
}
