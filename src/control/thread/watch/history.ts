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
   * @returns the item as JSON text
   */
  add(event: ItemName, at: number, data: string): string {
    const text = itemOf(event, data);
    this.#rings[event].add({ at, text });
    return text;
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
    return listed([...open.map(itemOfRuns), ...this.#read(now)]);
  }

  /** The same as one text, without the oldest where it would be longer than so many characters. */
  writeNewest(now: number, open: readonly SeenRunsOf[], mostCharacters: number): string {
    let left = mostCharacters - "[]".length;
    const fits = (text: string) => {
      left -= text.length + 1;
      return left >= 0;
    };
    const first = open.map(itemOfRuns).filter(fits);
    const newest = this.#read(now).toReversed().filter(fits);
    return [...listed([...first, ...newest.toReversed()])].join("");
  }

  /** The oldest first. */
  #read(now: number): readonly string[] {
    const kept = Object.values(this.#rings).flatMap((ring) => ring.read(now));
    kept.sort((one: Told, other: Told) => one.at - other.at);
    return kept.map(({ text }) => text);
  }
}

function* listed(texts: readonly string[]): Generator<string> {
  yield "[";
  let comma = "";
  for (const text of texts) {
    yield comma + text;
    comma = ",";
  }
  yield "]";
}

function itemOfRuns(runs: SeenRunsOf): string {
  return itemOf("runs", JSON.stringify(runs));
}

function itemOf(event: ItemName, data: string): string {
  return `{"event":"${event}","data":${data}}`;
}
