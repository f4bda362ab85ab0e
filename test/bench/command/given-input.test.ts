import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isGiven, noInput, requireBytes, requireJson } from "../../../bench/command/given-input.ts";
import { makeBytesPost } from "../../../bench/command/task-post.ts";
import { readBenchOptions } from "../../../bench/compare/plan/options.ts";
import { readStressOptions } from "../../../bench/stress/options/options.ts";

const folder = mkdtempSync(join(tmpdir(), "given-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const photo = write("photo.jpg", Uint8Array.of(0xff, 0xd8, 0));
const argv = ["--input", `@${photo}`, "--type", "image/jpeg", "--query", "width=9"];
const sent = ["--query", "text=a=b & c"];

describe.each([
  ["bench", (words: readonly string[]) => readBenchOptions(words)?.input],
  ["stress", (words: readonly string[]) => readStressOptions(words)?.input],
])("the input of %s", (_name, read) => {
  test("is the example's if none is given", () => {
    expect(read([])).toEqual(noInput);
    expect(isGiven(noInput)).toBe(false);
  });

  test("may be a file, with a type and parameters", () => {
    const given = read([...argv, ...sent]);
    expect(given).toMatchObject({ json: undefined, type: "image/jpeg" });
    expect(given && isGiven(given)).toBe(true);
    const body = requireBytes("t", given ?? noInput, ["image/*"]);
    expect([...body.data]).toEqual([0xff, 0xd8, 0]);
    expect(body).toMatchObject({ type: "image/jpeg", query: { width: "9", text: "a=b & c" } });
  });

  test.each([
    [["--query", "width"], /^--query "width": write it as NAME=VALUE$/],
    [["--query", "=9"], /^--query "=9": write it as NAME=VALUE$/],
  ])("%j is refused", (words, message) => {
    expect(() => read(words)).toThrow(message);
  });
});

describe("a task that takes JSON", () => {
  const file = (path: string) => ({ ...noInput, file: path });

  test("gets that of a file", () => {
    expect(requireJson("t", file(write("input.json", '{"a":[1]}')))).toEqual({ a: [1] });
    expect(requireJson("t", noInput)).toBeUndefined();
  });

  test("says which file cannot be read", () => {
    const read = () => requireJson("t", file("/no/such"));
    expect(read).toThrow(/^--input @\/no\/such: cannot be read \(ENOENT: no such file/);
  });

  test("says what does not belong to it, in printable characters", () => {
    expect(() => requireJson("t", file(photo))).toThrow(
      /^--input @.*photo\.jpg: t takes JSON, and this is none \([ -~]+\)$/,
    );
    expect(() => requireJson("t", { ...noInput, type: "a/b" })).toThrow("--type: t takes JSON");
    expect(() => requireJson("t", { ...noInput, query: { a: "1" } })).toThrow("--query: t takes");
  });
});

describe("a task that takes bytes", () => {
  test.each([
    [["image/png", "image/*"], "t takes bytes (image/png, image/*)", "--type image/png"],
    [["image/*"], "(image/*)", "--input @FILE --type TYPE"],
    [["*/*"], "t takes bytes. Give it a file", "--input @FILE"],
  ])("%j: says how to give them", (types, what, remedy) => {
    const read = () => requireBytes("t", { ...noInput, json: {} }, types);
    expect(read).toThrow(what);
    expect(read).toThrow(remedy);
  });

  test("wants a type that it takes", () => {
    const read = (type: string | null, types: readonly string[]) =>
      requireBytes("t", { ...noInput, file: photo, type }, types).type;
    expect(read(null, ["*/*"])).toBe("application/octet-stream");
    expect(read("image/PNG; a=b", ["image/*"])).toBe("image/PNG; a=b");
    expect(() => read(null, ["image/*"])).toThrow("Add --type TYPE: t takes image/*");
    expect(() => read("a/b", ["image/*", "c/d"])).toThrow("--type a/b: t takes image/*, c/d");
  });

  test("is asked by a POST with the parameters in the query", () => {
    const body = { data: Uint8Array.of(1), type: "a/b", query: { text: "a=b & c" } };
    expect(makeBytesPost("t", body)).toEqual({
      method: "POST",
      path: "/tasks/t?text=a%3Db%20%26%20c",
      headers: { "content-type": "a/b" },
      body: Uint8Array.of(1),
    });
    expect(makeBytesPost("t", { ...body, query: {} }).path).toBe("/tasks/t");
  });
});
