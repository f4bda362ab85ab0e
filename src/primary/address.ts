import { randomInt } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type ListenOptions } from "node:net";
import { type Config, withSource } from "../config/config.ts";
import { messageOf } from "../errors.ts";

export interface Address {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly balance: Config["balance"];
  readonly setBy: Config["setBy"];
}

/**
 * Listens and closes again. So an address that cannot be used is reported before anything is forked,
 * and port 0 becomes one port for all workers.
 *
 * @throws Error whose message says what to do
 */
export async function checkAddress(address: Address): Promise<number> {
  const { host, port, balance } = address;
  const wanted = port === 0 ? freePort(host) : listenBriefly({ host, port });
  const concrete = await wanted.catch((error: NodeJS.ErrnoException) => {
    throw new Error(addressProblem(error, address));
  });
  if (balance === "reuse-port") {
    await listenBriefly({ host, port: concrete, reusePort: true }).catch((error) => {
      const reason = messageOf(error);
      throw new Error(
        `This system cannot share a port among sockets (${reason}). Use --balance round-robin or os.`,
      );
    });
  }
  return concrete;
}

/**
 * A free port below the range for outgoing connections. A port of that range could be taken before
 * the worker listens on it.
 */
async function freePort(host: string): Promise<number> {
  for (let tries = 0; tries < 20; tries++) {
    const port = randomInt(20_000, 32_000);
    try {
      return await listenBriefly({ host, port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  return listenBriefly({ host, port: 0 });
}

async function listenBriefly(options: ListenOptions): Promise<number> {
  const server = createServer();
  server.listen(options);
  await once(server, "listening");
  // Listening on a host and a port, not on a path.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function addressProblem(error: NodeJS.ErrnoException, address: Address): string {
  const host = withSource(address.host, address.setBy.host);
  const port = withSource(address.port, address.setBy.port);
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use. Stop the program that holds it, or choose another with --port.`;
    case "EACCES":
      return `Port ${port} on ${host} is reserved for privileged users. Choose one from 1024 with --port.`;
    case "EADDRNOTAVAIL":
      return `${host} is not an address of this machine. Choose one with --host: 127.0.0.1, or 0.0.0.0 for every one.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The host name ${host} was not found. Check it, or choose an address with --host.`;
    default:
      return `Cannot listen on port ${port} of ${host}: ${error.message}. Change --host or --port.`;
  }
}
