/**
 * Idle connections that change from one worker to another, by way of the primary. So a worker can be
 * replaced without closing them: a client may be about to send its next request.
 */
import type { Server } from "node:http";
import { Socket } from "node:net";
import { type PassedHandle, takeHandle } from "../channel/passed-handle.ts";

/** A handle of Node's own, of a listener. `onconnection` takes a connection as if it had just come. */
interface ListeningHandle {
  onconnection?: (status: number, connection: PassedHandle) => void;
}

/** What Node keeps of a connection of a server. */
interface ServedSocket {
  server: unknown;
  _handle: PassedHandle | null;
}

/**
 * Gives a connection to the primary. Nothing of it may have been read that was not answered.
 *
 * @returns resolves when it has arrived there
 */
export function passToPrimary(socket: Socket): Promise<void> {
  const served = socket as unknown as ServedSocket;
  // What the client sends from now on waits in the kernel.
  served._handle?.readStop();
  // Otherwise Node has the primary report when the connection ends, and the server waits for that.
  served.server = undefined;
  return new Promise((resolve) => {
    process.send?.(passedConnection, socket, {}, () => {});
    // It leaves after the primary has acknowledged the connection.
    process.send?.(passedConnection, undefined, {}, () => resolve());
  });
}

/** Serves the connections that the primary passes on. Under round-robin they come as all others do. */
export function adoptConnections(server: Server): void {
  process.on("message", (_message: unknown, socket: unknown) => {
    if (!(socket instanceof Socket)) return;
    const listener = (server as unknown as { readonly _handle?: ListeningHandle | null })._handle;
    const handle = takeHandle(socket);
    if (handle && listener?.onconnection) listener.onconnection(0, handle);
    else handle?.close();
  });
}

/** What goes with a connection. Its `service` is nobody's. */
const passedConnection = { service: "connection" };
