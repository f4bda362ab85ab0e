import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

interface Connection {
  /** Requests that have come and whose answers have not been sent whole. */
  underWay: number;
  /** What it had brought when its last answer had been sent: more is the start of a request. */
  readBytes: number;
}

/** With no new connection for so long, none is on its way to this worker. */
const quietMs = 150;

/**
 * The connections of a server, so that it can be drained. `http.Server.close` will not do: it takes
 * a connection for idle while its answer is still being sent, and it stops looking for requests
 * that are overdue.
 */
export class Connections {
  readonly #server: Server;
  readonly #open = new Map<Socket, Connection>();
  #draining = false;
  #hasNew = false;

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#hasNew = true;
      this.#open.set(socket, { underWay: 0, readBytes: 0 });
      socket.once("close", () => this.#open.delete(socket));
    });
    server.on("request", ({ socket }, response) => {
      const connection = this.#open.get(socket);
      if (!connection) return;
      connection.underWay++;
      response.once("close", () => {
        connection.underWay--;
        connection.readBytes = socket.bytesRead;
        if (this.#draining && connection.underWay === 0) socket.end();
      });
    });
  }

  /**
   * Takes the connections that are on their way from the primary, for `longestMs` at most, then no
   * more; closes the idle ones, and each other one after its last answer. Resolves when none is left.
   */
  async drain(longestMs: number): Promise<void> {
    const until = performance.now() + longestMs;
    do {
      this.#hasNew = false;
      await turnAfter(quietMs);
    } while (this.#hasNew && performance.now() < until);
    this.#draining = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    NetServer.prototype.close.call(this.#server, () => resolve());
    for (const [socket, { underWay, readBytes }] of this.#open) {
      if (underWay === 0 && socket.bytesRead === readBytes) socket.destroy();
    }
    return promise;
  }
}

/** A timer that is late fires before the loop has looked for connections; an immediate, after. */
async function turnAfter(delayMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  await new Promise((resolve) => setImmediate(resolve));
}
