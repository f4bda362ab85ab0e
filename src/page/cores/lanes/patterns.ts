/** A second sign of a task beside its colour: lines and dots, one kind for each place in the palette. */

const tilePx = 8;

type Paint = (context: OffscreenCanvasRenderingContext2D) => void;

const lines =
  (...ends: readonly (readonly [number, number, number, number])[]): Paint =>
  (context) => {
    context.beginPath();
    for (const [fromX, fromY, toX, toY] of ends) {
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    }
    context.stroke();
  };

const dots: Paint = (context) => {
  for (const [x, y] of [
    [2, 2],
    [6, 6],
  ] as const)
    context.fillRect(x - 1, y - 1, 2, 2);
};

/** The first one is plain. Lines that leave the tile meet those of the next one. */
const kinds: readonly Paint[] = [
  () => {},
  lines([-2, 10, 10, -2], [-2, 2, 2, -2], [6, 10, 10, 6]),
  dots,
  lines([0, 2, 8, 2], [0, 6, 8, 6]),
  lines([-2, -2, 10, 10], [-2, 6, 2, 10], [6, -2, 10, 2]),
  lines([2, 0, 2, 8], [6, 0, 6, 8]),
  lines([0, 4, 8, 4], [4, 0, 4, 8]),
];

/**
 * @param colour of the lines
 * @param ratio pixels of the device in a CSS pixel
 * @returns a pattern for each place in the palette, to be drawn over its colour
 */
export function makePatterns(colour: string, ratio: number): readonly (CanvasPattern | null)[] {
  return kinds.map((paint, place) => {
    if (place === 0) return null;
    const side = tilePx * ratio;
    const tile = new OffscreenCanvas(side, side).getContext("2d");
    if (!tile) return null;
    tile.scale(ratio, ratio);
    tile.globalAlpha = 0.3;
    tile.strokeStyle = colour;
    tile.fillStyle = colour;
    paint(tile);
    const pattern = tile.createPattern(tile.canvas, "repeat");
    pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
    return pattern;
  });
}
