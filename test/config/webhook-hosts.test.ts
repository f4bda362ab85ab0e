import { describe, expect, test } from "vitest";
import { webhookHosts } from "../../src/config/webhook-hosts.ts";

function parse(text: string) {
  const parsed = webhookHosts.parse(text);
  return parsed.ok ? parsed.value : parsed;
}

const name = (host: string, port: number | null = null, isParent = false) => [
  { kind: "name", name: host, isParent, port },
];
const range = (address: string, prefix: number, port: number | null = null) => [
  { kind: "range", address, prefix, port },
];

test.each([
  ["none", []],
  ["any", [{ kind: "any" }]],
  ["hooks.example.com", name("hooks.example.com")],
  ["HOOKS.Example.com.", name("hooks.example.com")],
  ["*.example.com", name("example.com", null, true)],
  ["hooks.example.com:8443", name("hooks.example.com", 8443)],
  ["bücher.example", name("xn--bcher-kva.example")],
  ["127.0.0.1", range("127.0.0.1", 32)],
  ["127.0.0.1:9000", range("127.0.0.1", 32, 9000)],
  ["0x7f.1", range("127.0.0.1", 32)],
  ["10.0.0.0/8", range("10.0.0.0", 8)],
  ["::1", range("::1", 128)],
  ["[::1]:9000", range("::1", 128, 9000)],
  ["fd00::/8", range("fd00::", 8)],
  ["[fd00::]/8", range("fd00::", 8)],
  [" any , 10.0.0.0/8 ", [{ kind: "any" }, ...range("10.0.0.0", 8)]],
])("reads %s", (text, hosts) => {
  expect(parse(text)).toEqual(hosts);
});

describe("refuses", () => {
  test.each([
    "",
    "any,",
    "none,any",
    "*",
    "*.*.example.com",
    "a.*.example.com",
    "hooks.example.com:0",
    "hooks.example.com:65536",
    "hooks.example.com/8",
    "hooks.example.com/path",
    "user@example.com",
    "10.0.0.0/33",
    "fd00::/129",
    "[::1",
    "256.0.0.1",
    "a b",
  ])("%j", (text) => {
    expect(webhookHosts.parse(text).ok).toBe(false);
  });

  test("a URL, with what to leave out", () => {
    expect(parse("https://example.com")).toEqual({ ok: false, reason: "Leave out https://" });
  });
});
