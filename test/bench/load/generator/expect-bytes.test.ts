import { expect, test } from "vitest";
import { expectBytes } from "../../../../bench/load/generator/expect-bytes.ts";

const png = (...bytes: number[]) => ({ type: "image/png", data: Uint8Array.from(bytes) });

test("an answer must have what two answers share", () => {
  expect(expectBytes(png(1, 2), png(1, 2))).toEqual({
    ...{ type: "image/png", body: { kind: "bytes", equals: Uint8Array.of(1, 2) } },
  });
  expect(expectBytes(png(1, 2), png(1, 3))).toEqual({
    ...{ type: "image/png", body: { kind: "length", bytes: 2 } },
  });
  expect(expectBytes(png(1, 2), png(1))).toEqual({ type: "image/png" });
  expect(expectBytes(png(1), { ...png(1), type: "image/webp" })).toBeUndefined();
});
