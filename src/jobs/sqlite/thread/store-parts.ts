import type { DatabaseSync } from "node:sqlite";
import type { Ids } from "./ids.ts";
import type { Tally } from "./tally.ts";
import type { WallClock } from "./wall-clock.ts";

/** What every change to the file works with. */
export interface StoreParts {
  readonly db: DatabaseSync;
  readonly ids: Ids;
  readonly tally: Tally;
  readonly clock: WallClock;
  readonly random: () => number;
  /** Hears of each row that a client may see changed. */
  readonly onChange: (seq: number) => void;
}
