/** A time in ms without what is smaller than 1 us: nobody reads it, and it doubles the text. */
export function toWholeUs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
