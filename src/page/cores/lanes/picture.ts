import type { LanesPicture } from "../../seen/lanes/lanes.ts";
import type { Piece } from "../../seen/lanes/piece.ts";
import type { Seen } from "../../seen/seen.ts";
import { pieceAt } from "./choose.ts";
import { drawLanes } from "./draw.ts";
import { type Geometry, placeRows, TimeScale } from "./geometry.ts";
import { onSchemeChange, type Palette, readPalette } from "./palette.ts";
import { makePatterns } from "./patterns.ts";

/** The right edge is so long ago: by then it is known what ran at that time. */
const lateMs = 350;

/** For those who want less motion, the lanes move in steps. */
const calmStepMs = 1000;

/**
 * The lanes on a canvas. Draws while it can be seen and something moves, and then only when something
 * has moved by a pixel of the screen.
 */
export class Picture {
  spanMs = 10_000;
  /** The piece that is marked. The picture moves under the pointer, so it is asked for each time. */
  chosen: () => Piece | undefined = () => undefined;
  readonly #canvas: HTMLCanvasElement;
  readonly #seen: Seen;
  readonly #onDrawn: () => void;
  /** Set while the picture stands still. */
  #paused: { readonly lanes: LanesPicture; readonly now: number } | undefined;
  #palette: Palette = readPalette();
  #patterns: readonly (CanvasPattern | null)[] = [];
  #width = 0;
  #ratio = 1;
  #frame: number | undefined;
  /** What the last frame has shown. */
  #drawn = "";
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #end = new AbortController();

  /** @param onDrawn is called after each frame that was drawn */
  constructor(canvas: HTMLCanvasElement, seen: Seen, onDrawn: () => void) {
    this.#canvas = canvas;
    this.#seen = seen;
    this.#onDrawn = onDrawn;
    const sizes = new ResizeObserver(() => this.#measure());
    sizes.observe(canvas.parentElement ?? canvas);
    const ends = [
      () => sizes.disconnect(),
      seen.onChange(() => this.show()),
      onSchemeChange(() => this.#measure()),
    ];
    const { signal } = this.#end;
    document.addEventListener("visibilitychange", () => this.show(), { signal });
    signal.addEventListener("abort", () => {
      for (const end of ends) end();
    });
    this.#measure();
  }

  get isPaused(): boolean {
    return this.#paused !== undefined;
  }

  get lanes(): LanesPicture {
    return this.#paused?.lanes ?? this.#seen.lanes;
  }

  get now(): number {
    return this.#paused?.now ?? this.#seen.now;
  }

  get scale(): TimeScale {
    const until = this.now - lateMs;
    const inSteps = this.#calm.matches ? Math.floor(until / calmStepMs) * calmStepMs : until;
    const shown = { until: inSteps, spanMs: this.spanMs };
    return new TimeScale(shown, this.geometry, this.#ratio);
  }

  get geometry(): Geometry {
    return placeRows(this.lanes.tracks, this.#width);
  }

  pause(isPaused: boolean): void {
    const { lanes, now } = this.#seen;
    this.#paused = isPaused ? { lanes: lanes.copy(), now } : undefined;
    this.show();
  }

  /** @param point from the upper left corner of the canvas, in CSS pixels */
  pieceAt(point: { readonly x: number; readonly y: number }): Piece | undefined {
    return pieceAt(this.geometry, this.scale, point);
  }

  /** Draws soon. */
  show(): void {
    if (this.#end.signal.aborted || document.visibilityState === "hidden") return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#drawIfChanged();
      if (this.#moves()) this.show();
    });
  }

  close(): void {
    this.#end.abort();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #measure(): void {
    this.#width = this.#canvas.parentElement?.clientWidth ?? 0;
    this.#ratio = devicePixelRatio;
    this.#palette = readPalette();
    this.#patterns = makePatterns(this.#palette.paper, this.#ratio);
    this.#drawn = "";
    this.show();
  }

  #drawIfChanged(): void {
    if (devicePixelRatio !== this.#ratio) this.#measure();
    const { geometry, scale, lanes, spanMs } = this;
    const chosen = this.chosen();
    const mark = chosen && [chosen.life.life, chosen.row, chosen.from];
    const shown = [scale.step, lanes.version, spanMs, mark].join();
    if (shown === this.#drawn || this.#width === 0) return;
    this.#drawn = shown;
    const context = this.#fit(geometry.height);
    const { ticks, tasks } = lanes;
    const colours = { palette: this.#palette, patterns: this.#patterns };
    drawLanes(context, { geometry, scale, spanMs, ticks, tasks, chosen, ...colours });
    this.#onDrawn();
  }

  /** Gives the canvas as many pixels as the screen has there. */
  #fit(height: number): CanvasRenderingContext2D {
    const canvas = this.#canvas;
    const [width, high] = [this.#width, height].map((px) => Math.round(px * this.#ratio));
    if (canvas.width !== width || canvas.height !== high) {
      Object.assign(canvas, { width, height: high });
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("This browser draws no canvas");
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    return context;
  }

  /** Nothing moves in empty rows. */
  #moves(): boolean {
    if (this.isPaused || this.#seen.connection.kind !== "connected") return false;
    const { tracks, ticks } = this.lanes;
    return (
      ticks.length > 0 || tracks.some(({ rows }) => rows.some(({ pieces }) => pieces.length > 0))
    );
  }
}
