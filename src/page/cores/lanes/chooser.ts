/** Choosing a run: by pointing at it, by a tap, or by the arrow keys. */
import type { Piece } from "../../seen/lanes/piece.ts";
import { type Arrow, walk } from "./choose.ts";
import type { Detail } from "./detail.ts";
import type { Picture } from "./picture.ts";

const arrows: ReadonlySet<string> = new Set<Arrow>([
  ...(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"] as const),
]);

/**
 * Marks what is pointed at, or else what was chosen, as `chosen` of the picture.
 *
 * @param detail tells of it; aloud only what a key has chosen, since a pointer passes over many runs
 */
export function followChoice(canvas: HTMLCanvasElement, picture: Picture, detail: Detail): void {
  let pointer: { readonly x: number; readonly y: number } | undefined;
  /** Chosen to stay. */
  let pinned: Piece | undefined;
  picture.chosen = () => (pointer && picture.pieceAt(pointer)) ?? pinned;

  const changed = () => {
    picture.show();
    detail.show(picture.chosen(), picture.now);
  };
  canvas.addEventListener("pointermove", ({ offsetX: x, offsetY: y, pointerType }) => {
    if (pointerType === "touch") return; // It scrolls.
    pointer = { x, y };
    changed();
  });
  canvas.addEventListener("pointerleave", () => {
    pointer = undefined;
    changed();
  });
  canvas.addEventListener("click", ({ offsetX: x, offsetY: y }) => {
    pinned = picture.pieceAt({ x, y });
    changed();
  });
  canvas.addEventListener("keydown", (event) => {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (key === "Escape") pinned = undefined;
    else if (!arrows.has(key) || altKey || ctrlKey || metaKey) return;
    else pinned = walk(picture.geometry.rows, picture.scale, pinned, key as Arrow);
    event.preventDefault();
    pointer = undefined;
    changed();
    if (key !== "Escape") detail.say(pinned, picture.now);
  });
}
