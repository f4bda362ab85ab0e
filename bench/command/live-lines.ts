/** The part of a terminal's stream that drawing needs. */
export interface Screen {
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Lines at the end of a terminal that are redrawn in place. */
export class LiveLines {
  readonly #screen: Screen;
  #drawn = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** @param paintLast colours the last line, after it has been cut to the terminal's width */
  draw(lines: readonly string[], paintLast = (text: string) => text): void {
    // Some terminals report 0 columns.
    const width = (this.#screen.columns || 80) - 1;
    const cut = lines.map((line) => line.slice(0, width));
    const last = paintLast(cut.at(-1) ?? "");
    this.#screen.write(`${this.#erase()}${[...cut.slice(0, -1), last].join("\n")}\n`);
    this.#drawn = cut.length;
  }

  /** Erases the live lines, and prints this text in their place. */
  replace(text: string): void {
    this.#screen.write(this.#erase() + text);
    this.#drawn = 0;
  }

  #erase(): string {
    return this.#drawn === 0 ? "" : `\u001b[${this.#drawn}A\u001b[J`;
  }
}
