/** Choosing a run: by pointing at it, by a tap, or by the arrow keys. */
import type { Piece } from "../../seen/lanes/piece.ts";
import { type Arrow, walk } from "./choose.ts";
import type { Picture } from "./picture.ts";

const arrows: ReadonlySet<string> = new Set<Arrow>([
  ...(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"] as const),
]);

export interface Chooser {
  /** What is pointed at, or else what was chosen. The picture moves under the pointer. */
  readonly current: () => Piece | undefined;
}

/** @param onKeys is called with what a key has chosen: a screen reader is to say it */
export function followChoice(
  canvas: HTMLCanvasElement,
  picture: Picture,
  onKeys: (piece: Piece | undefined) => void,
): Chooser {
  let pointer: { readonly x: number; readonly y: number } | undefined;
  /** Chosen to stay. */
  let pinned: Piece | undefined;

  const pin = (piece: Piece | undefined) => {
    pinned = piece;
    picture.chosen = piece;
    picture.show();
  };
  canvas.addEventListener("pointermove", ({ offsetX: x, offsetY: y, pointerType }) => {
    if (pointerType === "touch") return; // It scrolls.
    pointer = { x, y };
    picture.show();
  });
  canvas.addEventListener("pointerleave", () => {
    pointer = undefined;
  });
  canvas.addEventListener("click", ({ offsetX: x, offsetY: y }) => pin(picture.pieceAt({ x, y })));
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape") pin(undefined);
    if (!arrows.has(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    pointer = undefined;
    const { rows } = picture.geometry;
    pin(walk(rows, picture.scale, pinned, event.key as Arrow));
    onKeys(pinned);
  });
  return { current: () => (pointer && picture.pieceAt(pointer)) ?? pinned };
}
