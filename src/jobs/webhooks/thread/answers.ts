/** What the answer of a receiver means. */

/** @returns why the webhook did not arrive; null if it did */
export function explainStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) {
    return `the answer was ${status}: redirects are not followed. Give the address that it leads to`;
  }
  if (status === 410) return "the answer was 410: no webhook is wanted there any more";
  return `the answer was ${status}`;
}

/**
 * Reads `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
 *
 * @param now ms since 1970
 * @returns null where there is none that can be read
 */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
