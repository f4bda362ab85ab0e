import type { Server } from "node:http";
import { descriptorLimit, openDescriptors, roomForConnections } from "../telemetry/descriptors.ts";
import type { Telemetry } from "../telemetry/events.ts";

/**
 * Closes connections past what the process has file descriptors for, before they run out: a worker
 * without any can take no connection from the primary, and start no thread. To be called when all
 * else is up.
 *
 * @param threads of Piscina in this process
 */
export function limitConnections(server: Server, threads: number, telemetry: Telemetry): void {
  const limit = descriptorLimit();
  const used = openDescriptors();
  if (limit === undefined || used === undefined) return;
  const room = roomForConnections(limit, used, threads);
  // Without the second one node:cluster would offer the same connection over and over.
  Object.assign(server, { maxConnections: room, dropMaxConnection: true });
  server.on("drop", () => telemetry.emit("connection.refused", { connections: room, limit }));
}
