import type { Server } from "node:http";
import { descriptorLimit, openDescriptors, roomForConnections } from "../telemetry/descriptors.ts";
import type { Telemetry } from "../telemetry/events.ts";

/**
 * Limits the connections of this process to what its file descriptors allow. A worker without a free
 * descriptor can neither take a connection from the primary nor start a thread. Call this last at
 * boot, because it counts the descriptors in use.
 *
 * @param threads Piscina's threads in this process
 */
export function limitConnections(server: Server, threads: number, telemetry: Telemetry): void {
  const limit = descriptorLimit();
  const used = openDescriptors();
  if (limit === undefined || used === undefined) return;
  const room = roomForConnections(limit, used, threads);
  // Without dropMaxConnection node:cluster would offer the same connection again and again.
  Object.assign(server, { maxConnections: room, dropMaxConnection: true });
  server.on("drop", () => telemetry.emit("connection.refused", { connections: room, limit }));
}
