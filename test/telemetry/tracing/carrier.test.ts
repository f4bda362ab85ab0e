import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isTraceparent,
  readTraceparent,
  writeTraceparent,
} from "../../../src/telemetry/tracing/carrier.ts";

const [traceId, spanId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];

test.each([
  ["01", 1],
  ["00", 0],
  ["03", 1],
])("of the flags %s only the sampled one is kept: %s", (flags, traceFlags) => {
  const named = readTraceparent(`00-${traceId}-${spanId}-${flags}`);
  expect(named).toEqual({ traceId, spanId, traceFlags });
});

test.each([
  "",
  "undefined",
  `00-${traceId}-${spanId}`,
  `ff-${traceId}-${spanId}-01`,
  `00-${"0".repeat(32)}-${spanId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}-01\n`,
  `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
])("%j is no traceparent", (text) => {
  expect(isTraceparent(text)).toBe(false);
  expect(readTraceparent(text)).toBeUndefined();
});

test("what is written is read again", () => {
  const hex = (length: number) =>
    fc
      .string({
        unit: fc.constantFrom(..."0123456789abcdef"),
        minLength: length,
        maxLength: length,
      })
      .filter((text) => !/^0+$/.test(text));
  fc.assert(
    fc.property(hex(32), hex(16), fc.constantFrom(0, 1), (trace, span, traceFlags) => {
      const named = { traceId: trace, spanId: span, traceFlags };
      expect(readTraceparent(writeTraceparent(named))).toEqual(named);
    }),
  );
});
