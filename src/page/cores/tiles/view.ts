import { element, setText } from "../../dom.ts";
import type { Page } from "../../page.ts";
import { type Tile, tiles } from "./tiles.ts";

/** One tile for each figure. @returns what ends them */
export function mountTiles(root: HTMLElement, page: Page): () => void {
  const shown = tiles.map(createTile);
  root.append(...shown.map(({ node }) => node));
  const show = () => {
    const { latest, all } = page.seen.figures;
    if (!latest) return;
    for (const tile of shown) tile.show(tile.read(latest, all));
  };
  show();
  return page.seen.onChange((change) => {
    if (change === "start" || change === "figures") show();
  });
}

function createTile({ title, means, read }: Tile) {
  const value = element("span", { class: "value" }, "–");
  const also = element("span", { class: "also" });
  const flag = element("span", { class: "flag", hidden: true }, "▲ worry");
  const text = element("p", { class: "means" }, means);
  const node = element(
    "section",
    { class: "tile" },
    element("h3", {}, title, " ", flag),
    element("p", {}, value, " ", also),
    text,
  );
  function show({ value: now, also: beside = "", worry }: ReturnType<Tile["read"]>): void {
    setText(value, now);
    setText(also, beside);
    setText(text, worry ?? means);
    flag.hidden = worry === null;
    node.classList.toggle("worry", worry !== null);
  }
  return { node, read, show };
}
