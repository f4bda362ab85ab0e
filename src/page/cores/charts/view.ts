import { element } from "../../dom.ts";
import type { Page } from "../../page.ts";
import { type ChartView, createChart } from "./chart-view.ts";
import { type Chart, chartsOfWorkers, serverCharts, workersIn } from "./charts.ts";
import { mountTable } from "./table.ts";

/** The last minutes as lines, of the server and of each worker. @returns what ends them */
export function mountCharts(root: HTMLElement, page: Page): () => void {
  const { seen } = page;
  const ofServer = element("div", { class: "charts" });
  const ofWorkers = element("div", { class: "charts" });
  const table = element("details");
  root.append(
    ...[element("h2", {}, "The last minutes"), ofServer],
    ...[element("h2", {}, "Each worker"), ofWorkers, table],
  );
  const server = fill(ofServer, serverCharts);
  let numbers: readonly number[] = [];
  let workers: readonly ChartView[] = [];

  function show(): void {
    const { all } = seen.figures;
    const now = workersIn(all);
    if (now.join() !== numbers.join()) {
      for (const { end } of workers) end();
      numbers = now;
      workers = fill(ofWorkers, chartsOfWorkers(numbers));
    }
    if (document.visibilityState === "hidden" || all.length === 0) return;
    for (const view of [...server, ...workers]) view.show(all);
  }

  const ends = [
    seen.onChange((change) => {
      if (change === "start" || change === "figures") show();
    }),
    mountTable(table, seen.figures),
  ];
  show();
  return () => {
    for (const { end } of [...server, ...workers]) end();
    for (const end of ends) end();
  };
}

function fill(place: HTMLElement, charts: readonly Chart[]): readonly ChartView[] {
  const views = charts.map(createChart);
  place.replaceChildren(...views.map(({ node }) => node));
  return views;
}
