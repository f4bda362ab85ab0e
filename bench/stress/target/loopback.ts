import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { UsageError } from "../../command/failures.ts";
import { unbracket } from "../../load/host-name.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether an IP address belongs to this machine: 127.0.0.0/8 or ::1, mapped into IPv6 or not. */
export function isLoopback(address: string): boolean {
  return loopback.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** The target is not this machine. */
export class ForeignHost extends UsageError {
  override readonly name = "ForeignHost";
}

/**
 * The addresses to load, looked up once: the address that was checked is the one that is loaded,
 * even if the name changes meanwhile. An address in the URL needs no look-up.
 *
 * @throws ForeignHost where an address is not loopback and `owned` is false
 * @throws Error where the name is not known
 */
export async function resolveHost(hostname: string, owned: boolean): Promise<readonly string[]> {
  const host = unbracket(hostname);
  const addresses = isIP(host) === 0 ? await lookUpAddresses(host) : [host];
  const foreign = addresses.filter((address) => !isLoopback(address));
  if (foreign.length > 0 && !owned) {
    const where = isIP(host) === 0 ? ` (${host} is ${foreign.join(", ")})` : "";
    throw new ForeignHost(
      `${host} is not this machine${where}. Load only what is yours: add --i-own-this-host if it is`,
    );
  }
  return addresses;
}

async function lookUpAddresses(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`the host ${host} is not known (${code}). Check its name`, { cause: error });
  }
}
