import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { listenBacklog } from "../config/listen-backlog.ts";
import { type Connection, hasBegun, isIdle, mayLeave } from "./connection.ts";

/** So many turns of the loop without a new connection mean that none waits in the kernel. */
const fewTurns = 10;
/** So long without a new connection means that none is on its way from the primary. */
const quietMs = 150;

type PassOn = (socket: Socket) => Promise<void>;

export interface DrainOptions {
  /** How long connections may still be on their way from the primary; 0 where none is. */
  readonly longestMs: number;
  /** Whether nobody else takes those that wait in the kernel. Closing the port would reset them. */
  readonly takesWaiting: boolean;
  /**
   * Gives an idle connection to another worker, and resolves when it has left. Undefined where there is
   * none. Then idle connections are closed.
   */
  readonly passOn: PassOn | undefined;
}

/**
 * The drain of a server's connections. `http.Server.close` would not do: it takes a connection for
 * idle while its answer is still being sent, and it stops looking for overdue requests.
 */
export class Drain {
  readonly #server: Server;
  readonly #open: Map<Socket, Connection>;
  #isOn = false;
  #hasNew = false;
  #passOn: PassOn | undefined;
  /** Connections that are leaving for another worker. */
  #leaving = 0;
  readonly #drained = Promise.withResolvers<void>();

  /** @param open those of the server; one that is passed on is taken out */
  constructor(server: Server, open: Map<Socket, Connection>) {
    this.#server = server;
    this.#open = open;
  }

  /**
   * Takes the connections that are still on their way. Then it passes the idle ones on, or closes them,
   * and each other one after its last answer. Resolves when none is left.
   */
  async run({ longestMs, takesWaiting, passOn }: DrainOptions): Promise<void> {
    const until = performance.now() + longestMs;
    do {
      this.#hasNew = false;
      if (longestMs > 0) await turnAfter(quietMs);
    } while (this.#hasNew && performance.now() < until);
    if (takesWaiting) await this.#takeWaiting();
    this.#isOn = true;
    this.#passOn = passOn;
    NetServer.prototype.close.call(this.#server);
    if (passOn) await this.#passIdleOn(passOn);
    else {
      await turnAfter(quietMs); // The newest connection may be about to send its request.
      for (const [socket, each] of this.#open) if (isIdle(socket, each)) socket.destroy();
    }
    this.look();
    return this.#drained.promise;
  }

  /** A connection has come. */
  noteNew(): void {
    this.#hasNew = true;
  }

  /** All requests of a connection that have come whole are answered. */
  answered(socket: Socket, connection: Connection): void {
    // The next request is answered here: no other process has its beginning.
    if (!this.#isOn || hasBegun(socket)) return;
    if (this.#passOn && mayLeave(socket, connection)) void this.#pass(socket, this.#passOn);
    else socket.end();
  }

  /** The last request of a connection has come whole, after its answer. */
  arrived(socket: Socket, connection: Connection): void {
    if (this.#passOn && mayLeave(socket, connection)) void this.#pass(socket, this.#passOn);
  }

  /** The drain has ended when no connection is left. */
  look(): void {
    if (this.#isOn && this.#open.size + this.#leaving === 0) this.#drained.resolve();
  }

  async #passIdleOn(passOn: PassOn): Promise<void> {
    // One after the other. A request that comes meanwhile on a later one is answered here.
    for (const [socket, each] of this.#open) {
      if (mayLeave(socket, each)) await this.#pass(socket, passOn);
    }
  }

  async #pass(socket: Socket, passOn: PassOn): Promise<void> {
    this.#open.delete(socket);
    this.#leaving++;
    await passOn(socket);
    this.#leaving--;
    this.look();
  }

  /** Takes the connections that wait in the kernel, one a turn. */
  async #takeWaiting(): Promise<void> {
    let quietTurns = 0;
    for (let turn = 0; turn < listenBacklog && quietTurns < fewTurns; turn++) {
      this.#hasNew = false;
      await nextTurn();
      quietTurns = this.#hasNew ? 0 : quietTurns + 1;
    }
  }
}

/** Waits, then lets the loop accept connections: a late timer fires before it does, an immediate after. */
async function turnAfter(delayMs: number): Promise<void> {
  await pause(delayMs);
  await nextTurn();
}
