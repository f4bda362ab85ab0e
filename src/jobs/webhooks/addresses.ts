/** Which addresses are of the public internet, and which of a machine or a network of its own. */
import { BlockList, isIP } from "node:net";

/** The registries of special addresses (IANA; RFC 6890), and multicast. */
const notPublic = rangesOf([
  "0.0.0.0/8", // this network; 0.0.0.0 reaches the machine itself
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // in Azure: the host of the machine, which hands out its certificates
  "169.254.0.0/16", // link-local, where clouds answer with credentials
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
  "2001::/23", // protocol assignments, with Teredo, which hides an IPv4 address
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4, which hides an IPv4 address
  "3fff::/20", // documentation
]);

/** The only part of IPv6 that is given out as public (RFC 4291; IANA). */
const globalUnicast = rangesOf(["2000::/3"]);

/** The public internet behind a translator (RFC 6052): the last 32 bits are an IPv4 address. */
const translated = rangesOf(["64:ff9b::/96"]);

/**
 * Whether an address is one of the public internet: not private, loopback, link-local, unique-local,
 * carrier-grade NAT, multicast, reserved or unspecified, nor one of these in the form of IPv6.
 */
export function isPublic(address: string): boolean {
  const plain = withoutMapping(address);
  const family = familyOf(plain);
  if (family === undefined) return false;
  if (family === "ipv4") return !notPublic.check(plain, family);
  if (translated.check(plain, family)) return isPublic(lastFour(plain));
  return globalUnicast.check(plain, family) && !notPublic.check(plain, family);
}

/** `127.0.0.1` of `::ffff:127.0.0.1`, in whichever way that is written (RFC 4291, 2.5.5.2). */
export function withoutMapping(address: string): string {
  if (isIP(address) !== 6) return address;
  return mapped.check(address, "ipv6") ? lastFour(address) : address;
}

/** @returns undefined for what is no address */
export function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? "ipv4" : "ipv6";
}

/** A list of ranges, each written as `10.0.0.0/8`. */
export function rangesOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix = ""] = range.split("/");
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}

const mapped = rangesOf(["::ffff:0:0/96"]);

/** The last four bytes of an IPv6 address, as an IPv4 address. */
function lastFour(address: string): string {
  // The URL parser writes every form in one way, with the last four bytes in two groups.
  const { hostname } = new URL(`http://[${address.replace(/%.*/, "")}]/`);
  const groups = hostname.slice(1, -1).split(":").slice(-2);
  const [high = 0, low = 0] = groups.map((group) => Number.parseInt(group || "0", 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
