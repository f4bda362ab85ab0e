/** What names a span outside of its process: the header `traceparent` of W3C Trace Context. */

/** Header names, in lower case, and their values: `traceparent`, and what a propagator adds. */
export type Carrier = Readonly<Record<string, string>>;

/** Version, trace, span and flags (W3C Trace Context, section 3.2). */
const pattern = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;

export interface SpanName {
  readonly traceId: string;
  readonly spanId: string;
  /** Bit 1: it is sampled. */
  readonly traceFlags: number;
}

export function isTraceparent(text: string): boolean {
  return pattern.test(text);
}

/** @returns undefined if it is not valid */
export function readTraceparent(text: string): SpanName | undefined {
  const [, traceId, spanId, flags] = pattern.exec(text) ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 };
}

export function writeTraceparent({ traceId, spanId, traceFlags }: SpanName): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
