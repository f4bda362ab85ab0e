/** A question that is answered by measuring the real server. */
export interface Question {
  readonly name: string;
  /** What it asks, in a line. */
  readonly asks: string;
  /** Measures, and returns the answer as text. */
  readonly run: (pace: Pace) => Promise<string>;
}

/** How long an answer may take. */
export interface Pace {
  readonly rounds: number;
  /** The length of one cell: one variant in one round. */
  readonly cellMs: number;
  /** Ends it early, with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called after each cell. */
  readonly onCell: (label: string) => void;
}

/** Measures every variant once a round, in a new random order each time. */
export async function measureInterleaved<Sample>(
  variants: ReadonlyMap<string, () => Promise<Sample>>,
  { rounds, onCell }: Pace,
  shuffle: <Item>(items: readonly Item[]) => Item[],
): Promise<Map<string, Sample[]>> {
  const samples = new Map([...variants.keys()].map((name) => [name, [] as Sample[]]));
  for (let round = 1; round <= rounds; round++) {
    for (const [name, measure] of shuffle([...variants])) {
      samples.get(name)?.push(await measure());
      onCell(`round ${round} of ${rounds}: ${name}`);
    }
  }
  return samples;
}
