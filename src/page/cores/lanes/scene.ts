import type { Tick } from "../../seen/lanes/lanes.ts";
import type { Piece } from "../../seen/lanes/piece.ts";
import type { Geometry, TimeScale } from "./geometry.ts";
import type { Palette } from "./palette.ts";

/** All that is needed to draw once. */
export interface Scene {
  readonly geometry: Geometry;
  readonly scale: TimeScale;
  readonly spanMs: number;
  readonly ticks: readonly Tick[];
  readonly tasks: readonly string[];
  readonly palette: Palette;
  readonly patterns: readonly (CanvasPattern | null)[];
  readonly chosen: Piece | undefined;
}
