/** Lines differ by their dashes, too. */
const dashes = [[], [5, 3], [2, 2], [8, 3, 2, 3], [10, 4], [1, 3], [6, 2, 2, 2, 2, 2]] as const;

const svg = "http://www.w3.org/2000/svg";

/** In CSS pixels: so much line, so much gap. Empty for a line without gaps. */
export function dashOf(index: number): readonly number[] {
  return dashes[index % dashes.length] ?? [];
}

/** A bit of the line, for the legend. */
export function lineSample(index: number): SVGElement {
  const sample = document.createElementNS(svg, "svg");
  const line = document.createElementNS(svg, "line");
  const set = (node: Element, attributes: Readonly<Record<string, string | number>>) => {
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  };
  set(sample, { width: 24, height: 10, "aria-hidden": "true" });
  set(line, { x1: 0, x2: 24, y1: 5, y2: 5, class: `series-${(index % dashes.length) + 1}` });
  set(line, { "stroke-width": 2, "stroke-dasharray": dashOf(index).join(" ") || "none" });
  sample.append(line);
  return sample;
}
