import { element } from "../dom.ts";
import type { Page } from "../page.ts";
import { mountLanes } from "./lanes/view.ts";

/** *Cores*: what runs where, and how the server is. */
export function mount(root: HTMLElement, page: Page): () => void {
  const facts = element("p", { class: "facts" });
  const showFacts = () => {
    const { server } = page.seen;
    if (!server) return;
    facts.textContent = `manycore ${server.version} at ${server.url} · mode ${server.mode}, executor ${server.executor} · Node ${server.node} · pid ${server.pid}`;
  };
  const lanes = element("section", { class: "lanes", "aria-label": "Lanes" });
  root.append(element("div", { class: "title" }, element("h1", {}, "Cores"), facts), lanes);
  showFacts();
  const ends = [
    page.seen.onChange((change) => {
      if (change === "start") showFacts();
    }),
    mountLanes(lanes, page),
  ];
  return () => {
    for (const end of ends) end();
  };
}
