import type { SeenHosts } from "../../../telemetry/watch/hosts.ts";
import { element, isInSight, setText } from "../../dom.ts";
import { everySecond } from "../../every.ts";
import type { Page } from "../../page.ts";
import { type Card, createCard } from "./card.ts";
import { type KnownHost, KnownHosts } from "./known-hosts.ts";

/**
 * The hosts that share the queue, and which of them is shown below. Hidden where there can be no others.
 *
 * @param chosen the id of another host that is shown; undefined for this one
 * @returns what ends it
 */
export function mountHosts(root: HTMLElement, page: Page, chosen: string | undefined): () => void {
  const known = new KnownHosts();
  const cards = new Map<string, Card>();
  const list = element("ul", { class: "row" });
  const note = element("p", { class: "note", role: "status" });
  root.hidden = true;
  root.append(element("h2", {}, "Hosts"), list, note);

  function show(answer: SeenHosts): void {
    const all = known.take(answer, Date.now(), chosen);
    for (const each of all) {
      const { id, isThis } = each.host;
      const card = cards.get(id) ?? createCard(each);
      cards.set(id, card);
      card.show(each, chosen === undefined ? isThis : id === chosen);
    }
    place(all.flatMap(({ host }) => cards.get(host.id)?.node ?? []));
    const shown = all.find(({ host }) => host.id === chosen);
    setText(note, [othersNote(answer, all), chosenNote(chosen, shown)].filter(Boolean).join(" "));
  }

  /** Nodes that stay where they are keep the focus. */
  function place(nodes: readonly HTMLElement[]): void {
    const isSame = nodes.length === list.children.length;
    if (isSame && nodes.every((node, at) => list.children[at] === node)) return;
    list.replaceChildren(...nodes);
  }

  const asking = everySecond(
    async (signal) => {
      const answer = (await (await page.ask("hosts", { signal })).json()) as SeenHosts;
      if (signal.aborted) return;
      root.hidden = answer.others === "none" && chosen === undefined;
      if (answer.others === "none" && chosen === undefined) asking.end();
      show(answer);
    },
    () => {}, // The page says that it has no connection.
    isInSight,
  );
  return () => asking.end();
}

function othersNote({ others }: SeenHosts, all: readonly KnownHost[]): string {
  if (others === "unknown") return "Redis does not answer: the other hosts are not known.";
  return all.length === 1 ? "No other host shares this queue now." : "";
}

function chosenNote(chosen: string | undefined, shown: KnownHost | undefined): string {
  if (chosen === undefined) return "";
  if (!shown) return "There is no such host any more. Choose another one.";
  if (shown.standing === "gone")
    return `${shown.host.name} is gone. What this page has seen of it stays below.`;
  return `Below: what happens on ${shown.host.name} (pid ${shown.host.pid}).`;
}
