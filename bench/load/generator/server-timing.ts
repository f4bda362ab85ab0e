/**
 * How long a run took by the server's clock: `run;dur=12.3` in the header Server-Timing (W3C). Null
 * if the header does not say it.
 */
export function readRunMs(header: string | null): number | null {
  const [, digits] = /(?:^|,)\s*run\s*;\s*dur=(\d+(?:\.\d+)?)\s*(?:,|;|$)/.exec(header ?? "") ?? [];
  return digits === undefined ? null : Number(digits);
}
