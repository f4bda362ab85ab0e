/**
 * Colours of the report: CSS variables with a light and a dark value. The series follow Okabe and
 * Ito, "Color Universal Design" (2008). They differ in every common colour blindness. Each is
 * darkened or lightened to a contrast of at least 3:1.
 */
interface Colour {
  readonly light: string;
  readonly dark: string;
}

export const colours: Readonly<Record<string, Colour>> = {
  paper: { light: "#ffffff", dark: "#14161a" },
  raised: { light: "#f5f5f2", dark: "#1d2025" },
  ink: { light: "#1b1d21", dark: "#e8e8e4" },
  soft: { light: "#5c6068", dark: "#a3a8b0" },
  rule: { light: "#dcdcd6", dark: "#33373e" },
  grid: { light: "#ebebe6", dark: "#282c32" },
  warn: { light: "#a8330a", dark: "#ff9a6b" },
  good: { light: "#00694e", dark: "#4fd0a8" },
  s0: { light: "#6d7179", dark: "#9aa0a8" },
  s1: { light: "#0068ad", dark: "#58a9f0" },
  s2: { light: "#c24f00", dark: "#f2853d" },
  s3: { light: "#007a59", dark: "#2fbf94" },
  s4: { light: "#a23e7e", dark: "#e08fc0" },
  s5: { light: "#806300", dark: "#d6b23f" },
  s6: { light: "#1b1d21", dark: "#e8e8e4" },
};

/** Number of a series' colour: `--s0` is grey, `--s6` that of the text. */
export type Hue = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface SeriesStyle {
  readonly hue: Hue;
  /** In pixels: drawn, left out, in turn. Empty is a full line. */
  readonly dash: readonly number[];
  /** The shape distinguishes the series too. */
  readonly marker: Marker;
}

export const markers = ["circle", "square", "triangle", "diamond"] as const;
export type Marker = (typeof markers)[number];

const known: Readonly<Record<string, SeriesStyle>> = {
  single: { hue: 0, dash: [], marker: "circle" },
  cluster: { hue: 1, dash: [], marker: "square" },
  threads: { hue: 2, dash: [], marker: "triangle" },
  hybrid: { hue: 3, dash: [], marker: "diamond" },
  libuv: { hue: 4, dash: [6, 3], marker: "circle" },
  tutorial: { hue: 5, dash: [2, 3], marker: "square" },
  bare: { hue: 6, dash: [8, 3, 2, 3], marker: "diamond" },
};

/** A mode looks the same in every chart. Other names get a look by their position. */
export function chooseStyle(name: string, index: number): SeriesStyle {
  const found = known[name];
  if (found) return found;
  const marker = markers[index % markers.length] ?? "circle";
  return { hue: ((index % 5) + 1) as Hue, dash: index < 5 ? [] : [6, 3], marker };
}

export function writeColours(scheme: keyof Colour): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour[scheme]};`)
    .join("");
}
