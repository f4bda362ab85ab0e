/** What the comparison reports while it runs. */
export interface Progress {
  began(label: string): void;
  /** @param figure of a cell that gave one */
  finished(
    label: string,
    figure?: { readonly variant: string; readonly runsPerSecond: number },
  ): void;
}
