/** Maps values to places on the drawing. */
export interface Scale {
  readonly at: (value: number) => number;
  /** Where the axis is labelled, in ascending order. */
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
}

export type Span = readonly [number, number];

/**
 * From zero (or below the least value, if one is negative) to a little past the largest, with about
 * `count` ticks at round numbers.
 */
export function createLinearScale(values: readonly number[], range: Span, count = 5): Scale {
  const finite = values.filter(Number.isFinite);
  const largest = Math.max(0, ...finite);
  const least = Math.min(0, ...finite);
  const step = roundUpStep((largest - least || 1) / count);
  const first = Math.floor(least / step + 1e-9);
  const low = tidy(first * step);
  const high = Math.max(largest + (largest - low) * 0.02, low + step);
  const ticks = Array.from({ length: Math.floor((high - low) / step + 1e-9) + 1 }, (_, index) =>
    tidy((first + index) * step),
  );
  return { low, high, ticks, at: (value) => interpolate(range, (value - low) / (high - low)) };
}

/**
 * Logarithmic, over the positive values and a little past them. Ticks are the coarsest of several
 * patterns that gives three or more.
 */
export function createLogScale(values: readonly number[], range: Span, margin = 1.25): Scale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const low = positive.length === 0 ? 0.1 : Math.min(...positive) / margin;
  const high = positive.length === 0 ? 1 : Math.max(...positive) * margin;
  const width = Math.log(high / low);
  return {
    low,
    high,
    ticks: chooseLogTicks(low, high),
    at: (value) => interpolate(range, Math.log(Math.max(value, low) / low) / width),
  };
}

function chooseLogTicks(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - first + 1 },
    (_, index) => first + index,
  );
  const inside = (leads: readonly number[]) =>
    powers
      .flatMap((power) => leads.map((lead) => tidy(lead * 10 ** power)))
      .filter((tick) => tick >= low && tick <= high);
  const choices = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7], [1, 1.2, 1.4, 1.6, 1.8, 2]];
  return choices.map(inside).find((ticks) => ticks.length >= 3) ?? inside([1, 2, 5]);
}

/** The next round number upwards: 1, 2 or 5 times a power of ten. */
function roundUpStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const lead = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return lead * power;
}

function interpolate([from, to]: Span, share: number): number {
  return from + (to - from) * share;
}

/** 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
