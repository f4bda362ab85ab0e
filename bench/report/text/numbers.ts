/** Writes numbers: three significant digits, a unit, a no-break space between. */

const gap = "\u00a0";

/** "0.0123", "1.97", "19.7", "197", "1,970". */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const places = Math.min(4, Math.max(0, 2 - magnitude));
  return value.toLocaleString("en-GB", {
    minimumFractionDigits: magnitude < 0 ? 0 : places,
    maximumFractionDigits: places,
  });
}

/** "2.00 s" becomes "2 s", for the round numbers of an axis. */
export function dropZeros(text: string): string {
  return text.replace(/\.(\d*?)0+(?!\d)/, (_, kept: string) => (kept === "" ? "" : `.${kept}`));
}

/** A time in ms: "0.31 ms", "12.4 ms", "1.45 s", "3 min". */
export function formatTime(ms: number): string {
  if (ms >= 120_000) return `${formatNumber(ms / 60_000)}${gap}min`;
  return ms >= 1_000 ? `${formatNumber(ms / 1_000)}${gap}s` : `${formatNumber(ms)}${gap}ms`;
}

export function formatRate(perSecond: number): string {
  return `${formatNumber(perSecond)}/s`;
}

/** A share of 1: 0.973 is "97 %". Small shares keep one decimal. */
export function formatShare(share: number): string {
  const value = share * 100;
  const places = Math.abs(value) < 9.95 && value !== Math.round(value) ? 1 : 0;
  return `${value.toFixed(places)}${gap}%`;
}

/** Binary units: "96.0 MB" is 96 × 1,024². */
export function formatBytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = count < 1 ? 0 : Math.min(4, Math.floor(Math.log(count) / Math.log(1_024)));
  return `${formatNumber(count / 1_024 ** power)}${gap}${units[power] ?? ""}`;
}

/** "1.97×". */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(ratio >= 9.995 ? 1 : 2)}×`;
}

/** "[1.95, 1.99]". Empty if there is none. */
export function formatInterval(
  interval: { readonly low: number; readonly high: number } | null,
): string {
  if (interval === null) return "";
  const places = interval.high - interval.low < 0.01 ? 3 : 2;
  return `[${interval.low.toFixed(places)},${gap}${interval.high.toFixed(places)}]`;
}

export function formatCount(value: number): string {
  return value.toLocaleString("en-GB");
}

/** "2026-03-01 12:30 UTC" for an ISO 8601 time; other text is kept. */
export function formatMoment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
