/** What the runs of one job wrote down, in the order in which they wrote it. */
export interface Evidence {
  /** How many runs have begun. */
  readonly starts: number;
  /** Whether a run wrote something after another one had begun. */
  readonly overlaps: boolean;
}

/** @param text lines of a run's name and what it does; the last may be cut off by a kill */
export function evidenceOf(text: string): Evidence {
  const begun: string[] = [];
  let overlaps = false;
  for (const line of text.split("\n").slice(0, -1)) {
    const [run = "", what] = line.split(" ");
    if (what === "starts") begun.push(run);
    else if (run !== begun.at(-1)) overlaps = true;
  }
  return { starts: begun.length, overlaps };
}
