import type { SeenItem, SeenRunsOf } from "../../../telemetry/watch/seen.ts";
import { Ring, type Told } from "./ring.ts";

type ItemName = SeenItem["event"];

const minuteMs = 60_000;

/** What was told, for those who come later. */
export class History {
  readonly #rings: Readonly<Record<ItemName, Ring>> = {
    runs: new Ring({ mostMs: minuteMs, mostItems: 20_000, mostCharacters: 3_000_000 }),
    figures: new Ring({ mostMs: 10 * minuteMs, mostItems: 700, mostCharacters: 4_000_000 }),
    mark: new Ring({ mostMs: 10 * minuteMs, mostItems: 500, mostCharacters: 200_000 }),
  };

  /**
   * @param at ms since 1970
   * @param data as JSON text
   */
  add(event: ItemName, at: number, data: string): void {
    this.#rings[event].add({ at, text: item(event, data) });
  }

  /** Without those who watch, nobody tells how the runs that are open end. */
  forgetRuns(): void {
    this.#rings.runs.clear();
  }

  /**
   * The JSON text of a list of items, in pieces.
   *
   * @param open runs that began before all that is kept
   */
  write(now: number, open: readonly SeenRunsOf[]): Iterable<string> {
    const kept = Object.values(this.#rings).flatMap((ring) => ring.read(now));
    kept.sort((one: Told, other: Told) => one.at - other.at);
    const first = open.map((runs) => item("runs", JSON.stringify(runs)));
    return listed(first, kept);
  }
}

function* listed(first: readonly string[], kept: readonly Told[]): Generator<string> {
  yield "[";
  let comma = "";
  for (const text of first) {
    yield comma + text;
    comma = ",";
  }
  for (const { text } of kept) {
    yield comma + text;
    comma = ",";
  }
  yield "]";
}

function item(event: ItemName, data: string): string {
  return `{"event":"${event}","data":${data}}`;
}
