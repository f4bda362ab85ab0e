import { followChoice } from "../cores/lanes/chooser.ts";
import { Detail } from "../cores/lanes/detail.ts";
import { Picture } from "../cores/lanes/picture.ts";
import { element, setText } from "../dom.ts";
import { formatMs, formatNumber } from "../format.ts";
import { Seen } from "../seen/seen.ts";
import { LightStrip } from "./light-strip.ts";
import type { Side } from "./told.ts";

/** One mode's half: what it does now, its lanes, and `GET /` beside its load. */
export class SideView {
  readonly node: HTMLElement;
  readonly #side: Side;
  readonly #state = element("p", { class: "state" });
  readonly #rate = element("dd");
  readonly #light = element("dd");
  readonly #strip = new LightStrip();
  readonly #picture: Picture;

  constructor(side: Side) {
    this.#side = side;
    const { mode } = side;
    const canvas = element("canvas", {
      ...{ tabindex: 0, role: "application", "aria-roledescription": "time chart" },
      "aria-label": `Lanes of ${mode}: which run was in which slot. Arrow keys walk over the runs.`,
    });
    const detail = new Detail();
    const seen = new Seen(side.stream);
    this.node = element(
      "section",
      { class: "side", "aria-label": `Mode ${mode}` },
      element("div", { class: "bar" }, element("h2", {}, mode), this.#state),
      element("div", { class: "stage" }, canvas),
      element(
        "dl",
        { class: "pair" },
        element("div", {}, element("dt", {}, "runs/s, in its last turn"), this.#rate),
        element("div", {}, element("dt", {}, "GET / beside it, longest"), this.#light),
      ),
      this.#strip.node,
      ...[detail.node, detail.said],
    );
    this.#picture = new Picture(canvas, seen, () =>
      detail.show(this.#picture.chosen(), this.#picture.now),
    );
    followChoice(canvas, this.#picture, detail);
  }

  /** @param onTurn whose turn it is @param mostMs the highest value that any strip shows */
  show(onTurn: string | null, mostMs: number): void {
    const { mode, server, turns, loads, longestLightMs } = this.#side;
    const isOn = onTurn === mode;
    this.node.classList.toggle("on", isOn);
    setText(this.#state, describeState(server, isOn));
    const last = turns.at(-1);
    setText(this.#rate, last === undefined ? "–" : formatNumber(last));
    setText(this.#light, longestLightMs === null ? "–" : formatMs(longestLightMs));
    this.#strip.show(loads, mostMs);
  }

  close(): void {
    this.#picture.close();
  }
}

function describeState(server: Side["server"], isOn: boolean): string {
  if (!server) return "starting";
  const { workers, slots } = server;
  const slotsText = `${slots} ${slots === 1 ? "slot" : "slots"}`;
  const layout = `${workers} ${workers === 1 ? "worker" : "workers"} x ${slotsText}`;
  return `${layout} · ${isOn ? "its turn" : "idle"}`;
}
