import { element } from "../../dom.ts";
import type { FiguresHistory } from "../../seen/figures-history.ts";
import { serverCharts } from "./charts.ts";

const everyMs = 15_000;
const mostRows = 20;

/** The charts of the server as a table, for those who cannot see them. @returns what ends it */
export function mountTable(root: HTMLDetailsElement, history: FiguresHistory): () => void {
  const columns = serverCharts.flatMap(({ title, format, lines }) =>
    lines.map(({ label, of }) => ({ name: `${title}: ${label}`, format, of })),
  );
  const body = element("tbody");
  const heads = ["Time", ...columns.map(({ name }) => name)];
  const head = element("tr", {}, ...heads.map((name) => element("th", { scope: "col" }, name)));
  const caption = element("caption", { class: "unseen" }, "The figures of the last minutes");
  const table = element("table", {}, caption, element("thead", {}, head), body);
  const wide = element("div", { class: "wide", tabindex: 0 }, table);
  root.append(element("summary", {}, "The charts as a table"));

  function fill(): void {
    if (!root.open) return;
    const rows = everySoOften(history.all).map((figures) => {
      const time = new Date(figures.at).toLocaleTimeString("en-GB");
      const cells = columns.map(({ of, format }) => {
        const value = of(figures);
        return element("td", {}, value === null ? "–" : format(value));
      });
      return element("tr", {}, element("th", { scope: "row" }, time), ...cells);
    });
    body.replaceChildren(...rows);
  }

  // It is wide: while it is closed it must not widen the page.
  root.addEventListener("toggle", () => {
    if (root.open) root.append(wide);
    else wide.remove();
    fill();
  });
  const timer = setInterval(fill, everyMs);
  return () => clearInterval(timer);
}

/** The newest ones first. */
function everySoOften<Each extends { readonly at: number }>(all: readonly Each[]): readonly Each[] {
  const chosen: Each[] = [];
  for (const each of all.toReversed()) {
    const last = chosen.at(-1);
    if (!last || last.at - each.at >= everyMs) chosen.push(each);
  }
  return chosen.slice(0, mostRows);
}
