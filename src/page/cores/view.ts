import { element } from "../dom.ts";
import type { Page } from "../page.ts";

/** *Cores*: what runs where, and how the server is. */
export function mount(root: HTMLElement, page: Page): () => void {
  const facts = element("p", { class: "facts" });
  root.append(element("h1", {}, "Cores"), facts);
  return page.stream.on("start", ({ server }) => {
    facts.textContent = `manycore ${server.version} at ${server.url}, mode ${server.mode}, executor ${server.executor}`;
  });
}
