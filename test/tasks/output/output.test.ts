import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { giveAway, isMovable, ownBytes } from "../../../src/tasks/output/given-away.ts";
import { JsonWriter } from "../../../src/tasks/output/json-writer.ts";
import { writeJson } from "../../../src/tasks/output/output.ts";
import { isPlainJson } from "../../../src/tasks/output/plain-json.ts";

describe("JSON text of an output", () => {
  test("is what JSON.stringify writes, of all that JSON holds", () => {
    const withDates = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.jsonValue(),
        fc.date({ noInvalidDate: true }),
        fc.constant(new URL("http://127.0.0.1/")),
        fc.array(tie("value")),
        fc.dictionary(fc.string(), fc.oneof(tie("value"), fc.constant(undefined))),
      ),
    })).value;
    fc.assert(
      fc.property(withDates, (value) => {
        const text = JSON.stringify(value);
        expect(writeJson(value)).toBe(text);
        expect(new JsonWriter(value).texts).toEqual([text]);
      }),
    );
  });

  test("has bytes in base64 at every depth, whatever lies around them", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.jsonValue(), fc.string(), (bytes, beside, name) => {
        const output = { list: [beside, { [name]: bytes }, Buffer.from(bytes)], beside };
        const base64 = Buffer.from(bytes).toString("base64");
        const expected = { list: [beside, { [name]: base64 }, base64], beside };
        expect(writeJson(output)).toBe(JSON.stringify(expected));
      }),
    );
  });

  test("is never quietly less than the output was", () => {
    fc.assert(
      fc.property(
        fc.anything({ withMap: true, withSet: true, withBigInt: true, withDate: true }),
        (value) => {
          let text: string;
          try {
            text = writeJson(value);
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
            expect(isPlainJson(value)).toBe(false);
            return;
          }
          expect(text).toBe(JSON.stringify(value) ?? "null");
        },
      ),
    );
  });

  test("has the own properties of a class's objects, checked for each object", () => {
    class Row {
      [name: string]: unknown;
      constructor(members: object) {
        Object.assign(this, members);
      }
    }
    expect(writeJson([new Row({ a: 1 }), new Row({ b: undefined, c: [2] })])).toBe(
      '[{"a":1},{"c":[2]}]',
    );
    expect(writeJson([new Row({ a: 1 }), new Row({ toJSON: () => 5 })])).toBe('[{"a":1},5]');
    expect(() => writeJson([new Row({ a: 1 }), new Row({})])).toThrow("an object (Row) at /1");
    expect(() => writeJson([new Row({ a: [0, new Row({ f: Row })] })])).toThrow(
      "a function at /0/a/1/f",
    );
  });

  test("has what any toJSON returns, bytes too: of arrays, dates and other objects", () => {
    const toJSON = () => Buffer.from("ab");
    class Rows extends Array<unknown> {
      toJSON = toJSON;
    }
    class Day extends Date {
      override toISOString(): string {
        return toJSON() as unknown as string;
      }
    }
    const hidden = Object.defineProperty({ a: 1 }, "toJSON", { value: toJSON });
    const own = [
      new Rows(),
      Object.assign([1], { toJSON }),
      Object.assign(new Date(0), { toJSON }),
      Object.assign(new Date(0), { toISOString: toJSON }),
      new Day(0),
      hidden,
      new Proxy([1], { get: (_, name) => (name === "toJSON" ? toJSON : 1) }),
    ];
    for (const value of own) expect(writeJson([new Date(0), value])).toContain(',"YWI="]');
    expect(() => writeJson(Object.assign([1], { toJSON: () => new Map() }))).toThrow("(Map)");
    class Plain extends Array<unknown> {}
    expect(writeJson([Plain.from([1, "a"]), new (class extends Date {})(0)])).toBe(
      '[[1,"a"],"1970-01-01T00:00:00.000Z"]',
    );
  });

  test("has the value inside of Piscina's move(), in any wrapper", () => {
    const [as, of] = [Symbol.for("Piscina.transferable"), Symbol.for("Piscina.valueOf")];
    const bytes = Buffer.from("ab");
    const wrapped = { [as]: bytes.buffer, [of]: bytes };
    expect(writeJson({ wrapped })).toBe('{"wrapped":"YWI="}');
    expect(writeJson([wrapped, bytes])).toBe('["YWI=","YWI="]');
  });

  test("has the raw JSON that a task writes for itself, beside bytes too", () => {
    const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
    const id = rawJSON("9007199254740993");
    expect(writeJson({ id, list: [id] })).toBe('{"id":9007199254740993,"list":[9007199254740993]}');
    expect(writeJson([new Uint8Array(1), id])).toBe('["AA==",9007199254740993]');
    expect(new JsonWriter(id).texts).toEqual(["9007199254740993"]);
  });

  test("is refused for an invalid date, unless the date has its own toJSON", () => {
    const invalid = () => new Date("x");
    const fault = "an invalid date at /0/at: return null or a string";
    expect(() => writeJson([{ at: invalid() }])).toThrow(fault);
    expect(() => writeJson([{ at: invalid() }, new Uint8Array(1)])).toThrow(fault);
    expect(() => writeJson(invalid())).toThrow("an invalid date: return null or a string");
    expect(() => writeJson([new (class extends Date {})("x")])).toThrow("an invalid date at /0");
    expect(writeJson([Object.assign(invalid(), { toJSON: () => "never" })])).toBe('["never"]');
  });

  test("keeps names that are special in JavaScript", () => {
    const text = '{"__proto__":{"a":1},"at":"1970-01-01T00:00:00.000Z","toString":"x"}';
    const parsed = JSON.parse(text) as { at: unknown };
    parsed.at = new Date(0);
    expect(writeJson(parsed)).toBe(text);
  });

  test("is cut in a refusal", () => {
    const value = { [`~${"n".repeat(10_000)}`]: new Map() };
    expect(() => writeJson(value)).toThrow(/^an object \(Map\) at \/~0n{197}…: JSON/);
  });
});

test("bytes that were given away differ from bytes that only look so", () => {
  const size = 20_000;
  const mine = giveAway(new Uint8Array(size).fill(7));
  expect(isMovable(mine)).toBe(true);
  expect(isMovable(mine.subarray(1))).toBe(false);
  expect(isMovable(new Uint8Array(size))).toBe(false);
  expect(isMovable(giveAway(new Uint8Array(10)))).toBe(false); // Too small to be worth it.
  expect(isMovable(giveAway(new Uint8Array(new SharedArrayBuffer(size))))).toBe(false);
  const resizable = new ArrayBuffer(size, { maxByteLength: 2 * size });
  expect(isMovable(giveAway(new Uint8Array(resizable)))).toBe(false);
  const [moved, part, again] = ownBytes([mine, mine.subarray(size - 2), mine]);
  expect([moved?.byteLength, moved?.[9]]).toEqual([size, 7]);
  expect(part).toEqual(new Uint8Array([7, 7]));
  expect(again).toBe(moved);
  expect(mine.byteLength).toBe(0);
  expect(() => giveAway([1, 2] as never)).toThrow("giveAway() takes a Uint8Array");
});

test("many small bytes become few buffers, which is what takes time to move", () => {
  const many = Array.from({ length: 1000 }, (_, index) => giveAway(new Uint8Array([index % 256])));
  const mine = ownBytes(many);
  expect(mine.map(([byte]) => byte)).toEqual(many.map(([byte]) => byte));
  expect(new Set(mine.map(({ buffer }) => buffer)).size).toBe(1);
});
