import { element } from "../../dom.ts";
import type { Piece } from "../../seen/lanes/piece.ts";
import { describePiece, type Fact, sayFacts } from "./describe.ts";

const hint =
  "Point at a run, tap it, or walk over the runs with the arrow keys: here is all of it.";

/** Says all of one run, in sight and to screen readers. */
export class Detail {
  readonly node = element("div", { class: "detail" });
  /** Only what keys have chosen is said aloud: a pointer passes over many runs. */
  readonly said = element("p", { class: "unseen", role: "status" });
  #shown = "";

  constructor() {
    this.show(undefined, 0);
  }

  /** @param now the time of the server */
  show(piece: Piece | undefined, now: number): void {
    const facts = piece ? describePiece(piece, now) : [];
    const text = piece ? sayFacts(facts) : hint;
    if (text === this.#shown) return;
    this.#shown = text;
    if (piece) this.node.replaceChildren(listFacts(facts));
    else this.node.replaceChildren(element("p", {}, hint));
  }

  say(piece: Piece | undefined, now: number): void {
    this.said.textContent = piece
      ? sayFacts(describePiece(piece, now))
      : "There is no run in sight.";
  }
}

function listFacts(facts: readonly Fact[]): HTMLElement {
  const rows = facts.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  );
  return element("dl", {}, ...rows);
}
