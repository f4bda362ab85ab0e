import { describe, expect, test } from "vitest";
import { trustedProxies } from "../../src/config/trusted-proxies.ts";

test.each([
  ["none", []],
  ["1", 1],
  ["32", 32],
  ["loopback", ["loopback"]],
  ["loopback, linklocal ,uniquelocal", ["loopback", "linklocal", "uniquelocal"]],
  ["10.0.0.0/8,2001:db8::/32,192.0.2.1", ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1"]],
])("reads %s", (text, value) => {
  expect(trustedProxies.parse(text)).toEqual({ ok: true, value });
});

describe("refuses", () => {
  test.each([
    "",
    "0",
    "33",
    "-1",
    "1.5",
    "all",
    "true",
    "example.com",
    "loopback,",
    "none,loopback",
    "1,loopback",
    "10.0.0.0/33",
    "10.0.0.0/a",
    "10.0.0.0/255.0.0.0",
    "10.0.0.0/8/8",
    "2001:db8::/129",
    "fe80::1%eth0",
    "010.0.0.1",
    "0.0.0.0/0", // Everybody: then a client could say what it likes.
    "::/0",
  ])("%j", (text) => {
    expect(trustedProxies.parse(text).ok).toBe(false);
  });

  test("none beside others, with the reason", () => {
    expect(trustedProxies.parse("none,10.0.0.0/8")).toMatchObject({ reason: "none stands alone" });
  });
});

test("a configuration file may give the number as a number", () => {
  expect(trustedProxies.textOf?.(2)).toBe("2");
});
