import { BlockList, isIP } from "node:net";

const addresses = new BlockList();
addresses.addSubnet("127.0.0.0", 8, "ipv4");
addresses.addAddress("::1", "ipv6");

/** Whether an IP address belongs to this machine alone: 127.0.0.0/8 or ::1, mapped into IPv6 or not. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && addresses.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Whether a host, as it is typed after --host, is one that only this machine reaches. */
export function isLoopbackHost(host: string): boolean {
  return isLoopbackName(host) || isLoopbackAddress(host);
}

/** `localhost`, and the names below it (RFC 6761, section 6.3). Nobody else can own one of these. */
export function isLoopbackName(name: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(name);
}
