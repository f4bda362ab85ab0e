import type { ContrastLoad } from "../../telemetry/watch/contrast.ts";
import { element } from "../dom.ts";
import { formatMs } from "../format.ts";

/** As many as there is room for. */
const mostBars = 150;
const height = 44;
/** Even the quickest answer can be seen. */
const leastPx = 1.5;
const svg = "http://www.w3.org/2000/svg";

/**
 * How long `GET /` took beside the load: a bar for each moment, from left to right. Two strips beside
 * each other have the same scale, so their heights compare.
 */
export class LightStrip {
  readonly node: HTMLElement;
  readonly #bars = document.createElementNS(svg, "svg");
  readonly #scale = element("figcaption");
  #shown = "";

  constructor() {
    this.#bars.setAttribute("viewBox", `0 0 ${mostBars * 2} ${height}`);
    this.#bars.setAttribute("preserveAspectRatio", "none");
    this.#bars.setAttribute("aria-hidden", "true"); // The numbers above say it.
    this.node = element("figure", { class: "strip" }, this.#scale);
    this.node.prepend(this.#bars);
  }

  /** @param mostMs what is as high as the strip */
  show(loads: readonly ContrastLoad[], mostMs: number): void {
    const lit = loads.flatMap(({ lightMs }) => lightMs ?? []).slice(-mostBars);
    const shown = `${lit.length} ${lit.at(-1)} ${mostMs}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const bars = lit.map((ms, index) => makeBar(index, Math.max(leastPx, (height * ms) / mostMs)));
    this.#bars.replaceChildren(...bars);
    this.#scale.textContent =
      lit.length === 0
        ? ""
        : `GET / at each moment of its turns; full height is ${formatMs(mostMs)}`;
  }
}

function makeBar(index: number, high: number): SVGRectElement {
  const bar = document.createElementNS(svg, "rect");
  const shape = { x: index * 2, y: height - high, width: 1.4, height: high };
  for (const [name, value] of Object.entries(shape)) bar.setAttribute(name, String(value));
  return bar;
}
