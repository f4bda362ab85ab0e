import type { ContrastEnd, ContrastResult } from "../../telemetry/watch/contrast.ts";
import { element } from "../dom.ts";
import { formatBytes, formatMs, formatNumber } from "../format.ts";

/** What the bench says of it: sentences, then the figures that they are made of. */
export function showResult({ sentences, modes }: ContrastEnd): readonly HTMLElement[] {
  const [first = "", ...others] = sentences;
  return [
    element("h2", {}, "What the bench says"),
    element("p", { class: "verdict" }, first),
    element("ul", { class: "sentences" }, ...others.map((text) => element("li", {}, text))),
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Figures" },
      table(modes),
    ),
    element(
      "p",
      { class: "facts" },
      "The modes took turns on the same cores: at the same time they would have taken them from each other. ",
      "npm run bench measures all modes, with references and a noise floor.",
    ),
  ];
}

function table(modes: readonly ContrastResult[]): HTMLElement {
  const titles = ["mode", "runs/s", "GET / p50", "GET / p99", "CPU a run", "memory"];
  const head = titles.map((title) => element("th", { scope: "col" }, title));
  const rows = modes.map(({ mode, runsPerSecond, light, cpuMsPerRun, memoryBytes }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, mode),
      cell(runsPerSecond, formatNumber),
      cell(light?.p50 ?? null, formatMs),
      cell(light?.p99 ?? null, formatMs),
      cell(cpuMsPerRun, formatMs),
      cell(memoryBytes, formatBytes),
    ),
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
}

function cell(value: number | null, write: (value: number) => string): HTMLElement {
  return element("td", {}, value === null ? "–" : write(value));
}
