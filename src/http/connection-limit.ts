import type { Server } from "node:http";
import { descriptorLimit, openDescriptors, roomForConnections } from "../telemetry/descriptors.ts";
import type { Telemetry } from "../telemetry/events.ts";

/**
 * Limits the connections of this process, at most to what its file descriptors allow. A worker without
 * a free descriptor can neither take a connection from the primary nor start a thread. Call this last
 * at boot, because it counts the descriptors in use.
 *
 * @param threads Piscina's threads in this process
 * @param most `--max-connections`; null for what the descriptors allow
 */
export function limitConnections(
  server: Server,
  threads: number,
  telemetry: Telemetry,
  most: number | null,
): void {
  const limit = descriptorLimit();
  const allowed = roomByDescriptors(limit, threads);
  const room = Math.min(most ?? Number.POSITIVE_INFINITY, allowed);
  if (room === Number.POSITIVE_INFINITY) return;
  const isChosen = room < allowed;
  // Without dropMaxConnection node:cluster would offer the same connection again and again.
  Object.assign(server, { maxConnections: room, dropMaxConnection: true });
  server.on("drop", () => {
    telemetry.emit("connection.refused", {
      connections: room,
      limit: isChosen ? null : (limit ?? null),
    });
  });
}

function roomByDescriptors(limit: number | undefined, threads: number): number {
  const used = openDescriptors();
  if (limit === undefined || used === undefined) return Number.POSITIVE_INFINITY;
  return roomForConnections(limit, used, threads);
}
