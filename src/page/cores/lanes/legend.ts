import { element } from "../../dom.ts";
import { onSchemeChange, readPalette, seriesColour } from "./palette.ts";
import { makePatterns } from "./patterns.ts";

/** The fixed signs of the lanes, with the class of their sample. */
const signs = [
  ["wait", "waited before it"],
  ["job", "job"],
  ["borrowed", "handed over by another worker"],
  ["failed", "failed"],
  ["group", "short runs, drawn together: as high as they kept the slot busy"],
] as const;

const sample = { width: 24, height: 13 };

/** What the colours and signs mean. Tasks are added as they are seen. */
export class Legend {
  readonly node = element("ul", { class: "legend", "aria-label": "What the lanes show" });
  readonly end: () => void;
  #tasks: readonly string[] = [];
  readonly #signs = signs.map(([name, text]) =>
    element("li", { class: "fixed" }, element("i", { class: `sign ${name}` }), text),
  );

  constructor() {
    this.node.append(...this.#signs);
    this.end = onSchemeChange(() => this.#draw());
  }

  /** @param tasks in the order of their colours */
  show(tasks: readonly string[]): void {
    if (tasks.length === this.#tasks.length) return;
    this.#tasks = [...tasks];
    this.#draw();
  }

  #draw(): void {
    const palette = readPalette();
    const patterns = makePatterns(palette.paper, devicePixelRatio);
    const named = this.#tasks.map((task, place) => {
      const canvas = element("canvas", { "aria-hidden": "true" });
      const { width, height } = sample;
      Object.assign(canvas, { width: width * devicePixelRatio, height: height * devicePixelRatio });
      const context = canvas.getContext("2d");
      context?.scale(devicePixelRatio, devicePixelRatio);
      for (const fill of [seriesColour(palette, place), patterns[place % patterns.length]]) {
        if (!context || !fill) continue;
        context.fillStyle = fill;
        context.fillRect(0, 0, width, height);
      }
      return element("li", {}, canvas, task);
    });
    this.node.replaceChildren(...named, ...this.#signs);
  }
}
