import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { hostNames, nameOfHost } from "../../src/config/host-names.ts";
import { isLoopbackHost } from "../../src/config/loopback.ts";
import { pageOrigins } from "../../src/config/origins.ts";
import { digestOf, isToken } from "../../src/config/token.ts";
import { withTokenFiles } from "../../src/config/token-files.ts";

const folder = mkdtempSync(join(tmpdir(), "manycore-token-"));
afterAll(() => rmSync(folder, { recursive: true }));
const token = "correct-horse-battery-staple";

function read(argv: readonly string[], env: Record<string, string> = {}) {
  return withTokenFiles(parseConfig(argv, env, 4));
}

function written(content: string): string {
  const file = join(folder, `token-${Math.random()}`);
  writeFileSync(file, content);
  return file;
}

function digestsOf(argv: readonly string[], env: Record<string, string> = {}): string[] {
  const parsed = read(argv, env);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  return parsed.config.token.map(({ digest }) => digest);
}

describe("tokens", () => {
  test("are kept as digests: the configuration never holds one", () => {
    const parsed = read(["--token", token, "--token-file", written(`${token}2\n`)]);
    expect(JSON.stringify(parsed)).not.toContain("correct-horse");
    expect(JSON.stringify(parsed)).toContain(digestOf(token));
  });

  test("come from flags, or from the variable, and from files beside them", () => {
    const file = written(`one\r\n\n  two \n`);
    const all = [token, "one", "two"].map(digestOf);
    expect(digestsOf(["--token", token, "--token-file", file])).toEqual(all);
    expect(digestsOf(["--token-file", file], { MANYCORE_TOKEN: token })).toEqual(all);
    expect(digestsOf(["--token", "a", "--token", "b"])).toEqual(["a", "b"].map(digestOf));
    expect(digestsOf([])).toEqual([]);
  });

  test("that are wrong are refused without being shown", () => {
    for (const wrong of ["two words", "münchen", "a\nb", 'quo"te', "x".repeat(1025)]) {
      expect(isToken(wrong)).toBe(false);
      const parsed = read(["--token", wrong]);
      expect(parsed.kind).toBe("errors");
      expect(JSON.stringify(parsed)).not.toContain(JSON.stringify(wrong).slice(1, -1));
      expect(JSON.stringify(parsed)).toContain("--token: the value is not allowed");
    }
  });

  test("in a file that cannot be used are an error that names the file and the remedy", () => {
    const errorsOf = (file: string) => {
      const parsed = read(["--token-file", file]);
      return parsed.kind === "errors" ? parsed.errors.join() : "";
    };
    const missing = join(folder, "nothing");
    expect(errorsOf(missing)).toMatch(/^--token-file .*nothing: ENOENT/);
    expect(errorsOf(written("\n\n"))).toContain("there is no token in it. Write one: openssl");
    const wrong = written(`${token}\nmy secret\n`);
    expect(errorsOf(wrong)).toContain("line 2 is no token");
    expect(errorsOf(wrong)).not.toContain("my secret");
  });
});

test.each([
  ["jobs.example.com", ["jobs.example.com"]],
  ["Jobs.Example.COM., *.Example.org", ["jobs.example.com", "*.example.org"]],
  ["münchen.example", ["xn--mnchen-3ya.example"]],
  ["192.0.2.1,2001:db8:0::1,[::1]", ["192.0.2.1", "2001:db8::1", "::1"]],
  ["none", []],
])("--allowed-hosts %s", (given, value) => {
  expect(hostNames.parse(given)).toEqual({ ok: true, value });
});

test.each([
  "",
  "a:8000",
  "http://a",
  "a/b",
  "a b",
  "*",
  "*.*.a",
  "192.0.2.1:80",
  "a,,b",
  "[::1]:80",
])("--allowed-hosts refuses %j", (given) => {
  expect(hostNames.parse(given).ok).toBe(false);
});

test.each([
  ["https://App.example.com/", ["https://app.example.com"]],
  ["http://localhost:3000, https://a:444", ["http://localhost:3000", "https://a:444"]],
  ["*", ["*"]],
  ["none", []],
])("--cors %s", (given, value) => {
  expect(pageOrigins.parse(given)).toEqual({ ok: true, value });
});

test.each(["", "example.com", "https://a/b", "https://*.a", "ftp://a", "null", "https://u@a"])(
  "--cors refuses %j",
  (given) => {
    expect(pageOrigins.parse(given).ok).toBe(false);
  },
);

test("--cors says which origin was meant", () => {
  expect(pageOrigins.parse("https://a:443/path")).toMatchObject({
    reason: "Did you mean https://a?",
  });
});

test("a host that only this machine reaches", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost", "::ffff:127.0.0.1"]) {
    expect(isLoopbackHost(host)).toBe(true);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "example.com", "fe80::1%lo"]) {
    expect(isLoopbackHost(host)).toBe(false);
  }
});

test("the name of a Host has no port and one spelling", () => {
  expect(nameOfHost("LOCALHOST:8000")).toBe("localhost");
  expect(nameOfHost("[0:0::1]:80")).toBe("::1");
  expect(nameOfHost("0x7f.1")).toBe("127.0.0.1");
  for (const wrong of ["", "a@b", "a/b", "a b", "a,b", "a#b", "%61", "::1"]) {
    expect(nameOfHost(wrong)).toBeUndefined();
  }
});
