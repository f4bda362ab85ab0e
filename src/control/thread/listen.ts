import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** So many ports after the wanted one are tried. After them it is any free one. */
const nextPorts = 20;

/**
 * Listens at the port, or at the next free one.
 *
 * @param port 0 for any free one
 * @returns the port
 * @throws Error of the system, where the host is not of this machine, for example
 */
export async function listenNear(server: Server, host: string, port: number): Promise<number> {
  const last = port === 0 ? -1 : Math.min(port + nextPorts, 65_535);
  for (let next = port; next <= last; next++) {
    if (await isTaken(server, host, next)) continue;
    return next;
  }
  await listen(server, host, 0);
  return (server.address() as AddressInfo).port; // It listens on a host and a port, not on a path.
}

async function isTaken(server: Server, host: string, port: number): Promise<boolean> {
  try {
    await listen(server, host, port);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return true;
    throw error;
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, "listening");
}
