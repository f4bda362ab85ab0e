import { once } from "node:events";
import type { Server } from "node:http";
import { type Config, withSource } from "../config/config.ts";
import { messageOf } from "../errors.ts";

/**
 * Listens on the address of the configuration. node:cluster asks the primary for the socket, unless
 * each worker has its own (`--balance reuse-port`).
 *
 * @throws Error whose message names the port, the host, where each was set, and the remedy
 */
export async function listen(server: Server, config: Config): Promise<void> {
  const { host, port, balance, setBy } = config;
  const reusePort = balance === "reuse-port";
  server.listen({ host, port, exclusive: reusePort, reusePort });
  try {
    await once(server, "listening");
  } catch (error) {
    const advice = "Stop the program that holds it, or choose another with --port.";
    const where = `port ${withSource(port, setBy.port)} of ${withSource(host, setBy.host)}`;
    throw new Error(`Cannot listen on ${where}: ${messageOf(error)}. ${advice}`);
  }
}
