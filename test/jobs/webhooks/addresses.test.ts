import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPublic, withoutMapping } from "../../../src/jobs/webhooks/addresses.ts";

describe("an address that is not public", () => {
  test.each([
    ["unspecified", ["0.0.0.0", "::"]],
    ["this network", ["0.1.2.3"]],
    ["loopback", ["127.0.0.1", "127.255.255.254", "::1"]],
    ["private", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"]],
    ["the host of a machine in Azure", ["168.63.129.16", "::ffff:168.63.129.16"]],
    ["link-local", ["169.254.169.254", "fe80::1", "febf::1"]],
    ["unique-local", ["fc00::1", "fd12:3456::1"]],
    ["site-local", ["fec0::1"]],
    ["carrier-grade NAT", ["100.64.0.1", "100.127.255.255"]],
    ["multicast", ["224.0.0.1", "239.255.255.255", "ff02::1"]],
    ["broadcast and reserved", ["255.255.255.255", "240.0.0.1"]],
    ["documentation", ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"]],
    ["benchmarks", ["198.18.0.1", "198.19.255.255"]],
    ["mapped into IPv6", ["::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:a00:1"]],
    ["compatible IPv6", ["::127.0.0.1", "::7f00:1"]],
    ["translated by NAT64", ["64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"]],
    ["6to4 and Teredo", ["2002:7f00:1::", "2001:0:1::1"]],
    ["with a zone", ["fe80::1%eth0"]],
    ["no address at all", ["localhost", "", "127.1"]],
  ])("%s", (_, addresses) => {
    for (const address of addresses) expect([address, isPublic(address)]).toEqual([address, false]);
  });
});

test("an address that is public", () => {
  const addresses = [
    ...[
      "1.1.1.1",
      "100.63.255.255",
      "100.128.0.1",
      "172.15.255.255",
      "172.32.0.1",
      "9.255.255.255",
    ],
    ...["11.0.0.1", "192.169.0.1", "223.255.255.255", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"],
    ...["2606:4700:4700::1111", "2a00:1450::1", "2001:4860:4860::8888"],
  ];
  for (const address of addresses) expect([address, isPublic(address)]).toEqual([address, true]);
});

test("an IPv4 address is judged alike in every form of IPv6 that holds it", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), (ip, other) => {
      expect(isPublic(`::ffff:${ip}`)).toBe(isPublic(ip));
      expect(isPublic(`64:ff9b::${ip}`)).toBe(isPublic(ip));
      expect(withoutMapping(`::ffff:${ip}`)).toBe(ip);
      // The hexadecimal form, as the URL parser writes it.
      const { hostname } = new URL(`http://[::ffff:${ip}]/`);
      expect(withoutMapping(hostname.slice(1, -1))).toBe(ip);
      expect(withoutMapping(other)).toBe(other);
    }),
  );
});

test("nothing of IPv6 outside of the global unicast range is public, but for NAT64", () => {
  const unicast = new BlockList();
  unicast.addSubnet("2000::", 3, "ipv6");
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      const isHidden = withoutMapping(ip) !== ip || ip.toLowerCase().startsWith("64:ff9b:");
      if (!isHidden && !unicast.check(ip, "ipv6")) expect(isPublic(ip)).toBe(false);
    }),
  );
});
