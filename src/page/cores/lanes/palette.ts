/** The colours of the drawings, from the variables of the style: so they follow the browser's scheme. */

export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly wash: string;
  readonly accent: string;
  readonly bad: string;
  /** Of tasks and of workers, by their place. */
  readonly series: readonly string[];
}

const seriesCount = 7;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const series = Array.from({ length: seriesCount }, (_, index) => read(`series-${index + 1}`));
  return {
    ...{ paper: read("paper"), ink: read("ink"), soft: read("soft"), line: read("line") },
    ...{ wash: read("wash"), accent: read("accent"), bad: read("bad"), series },
  };
}

/** @returns what ends it */
export function onSchemeChange(listener: () => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

/** After the last colour they begin again. */
export function seriesColour({ series }: Palette, index: number): string {
  return series[index % series.length] ?? "";
}

/** Black or white: what can be read on this colour. Its luminance is that of WCAG 2. */
export function readableOn(colour: string): string {
  const channels = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}
