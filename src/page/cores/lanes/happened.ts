import { element } from "../../dom.ts";
import { formatTime } from "../../format.ts";
import type { Tick } from "../../seen/lanes/lanes.ts";
import { isBadTick, nameTick } from "./describe.ts";

const most = 4;

/** The latest marks of the lanes in words. Screen readers say each new one. */
export class Happened {
  readonly #list = element("ol");
  readonly node = element(
    "div",
    { class: "happened", role: "log", "aria-label": "What happened" },
    this.#list,
  );
  #shown: Tick | undefined;

  /** @param ticks the oldest first */
  show(ticks: readonly Tick[]): void {
    const last = ticks.at(-1);
    if (last === this.#shown) return;
    this.#shown = last;
    this.#list.replaceChildren(...ticks.slice(-most).map(itemOf));
  }
}

function itemOf(tick: Tick): HTMLElement {
  const { at, worker } = tick.mark;
  const who = worker === null ? "server" : `worker ${worker}`;
  const sign = isBadTick(tick) ? "✕ " : "";
  const time = element("time", {}, formatTime(at).slice(0, 8));
  const item = element("li", {}, time, ` ${sign}${who}: ${nameTick(tick)}`);
  item.classList.toggle("bad", isBadTick(tick));
  return item;
}
