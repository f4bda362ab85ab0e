import { BlockList, isIP } from "node:net";

/**
 * Whether a `HOST` is somebody else's: tcsh sets it to the machine's name, and conda to what it
 * compiles for (`x86_64-conda-linux-gnu`). It counts where one can listen on it: an address of this
 * machine, every address, or localhost.
 *
 * @param addresses of this machine's network interfaces
 */
export function isShellHost(name: string, value: string, addresses: readonly string[]): boolean {
  return name === "HOST" && value.toLowerCase() !== "localhost" && !isOwn(value, addresses);
}

function isOwn(text: string, addresses: readonly string[]): boolean {
  const address = withoutZone(text);
  if (isIP(address) === 0) return false;
  const own = new BlockList(); // It knows an address by all ways to write it.
  own.addSubnet("127.0.0.0", 8);
  for (const each of ["0.0.0.0", "::", "::1", ...addresses.map(withoutZone)]) {
    own.addAddress(each, familyOf(each));
  }
  return own.check(address, familyOf(address));
}

/** `fe80::1` of `fe80::1%eth0`. */
function withoutZone(address: string): string {
  return address.replace(/%.*/, "");
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
