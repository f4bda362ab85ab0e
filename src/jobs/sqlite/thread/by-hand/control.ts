import { chmodSync, lstatSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../../../errors.ts";
import {
  type BackupNews,
  backUpRequest,
  controlSocketOf,
  copyOf,
  onLines,
  type ShortAddress,
  shortAddressOf,
} from "../../backup/control-socket.ts";
import { removeCopy, writeCopy } from "../../backup/write-copy.ts";

/** Only the user of the server, and root, may connect. */
const ownersOnly = 0o600;

/** Not every step is reported: a person reads the progress. */
const newsMs = 100;

/** The socket beside the queue's file, by which `manycore backup` asks the running server for a copy. */
export class Control {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #server: Server;
  readonly #onTrouble: (reason: string) => void;
  readonly #clients = new Set<Socket>();
  #copying: Promise<void> | undefined;
  #isTaken = false;
  #isClosed = false;
  /** Kept open: the end of the server removes the socket by it. */
  #address: ShortAddress | undefined;

  /**
   * @param path of the queue's file, which `db` has open for this process alone
   * @param onTrouble is told why nobody can connect
   */
  constructor(db: DatabaseSync, path: string, onTrouble: (reason: string) => void) {
    this.#db = db;
    this.#path = path;
    this.#onTrouble = onTrouble;
    this.#server = createServer((client) => this.#serve(client));
    this.#server.on("error", (error) => onTrouble(error.message));
    try {
      this.#listen();
    } catch (error) {
      onTrouble(messageOf(error));
    }
  }

  /** Resolves when nothing is being copied, so that the database may be closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#server.close();
    for (const client of this.#clients) client.destroy();
    await this.#copying;
    this.#address?.[Symbol.dispose]();
  }

  /** What a killed server has left is removed: the lock on the file says that no other one lives. */
  #listen(): void {
    const socket = controlSocketOf(this.#path);
    removeCopy(copyOf(this.#path));
    if (lstatSync(socket, { throwIfNoEntry: false })?.isSocket()) rmSync(socket);
    this.#address = shortAddressOf(socket);
    this.#server.listen(this.#address.address);
    this.#server.once("listening", () => this.#protect(socket));
  }

  #protect(socket: string): void {
    try {
      chmodSync(socket, ownersOnly);
    } catch (error) {
      this.#server.close();
      this.#onTrouble(messageOf(error));
    }
  }

  #serve(client: Socket): void {
    this.#clients.add(client);
    client.on("error", () => {}); // It has gone.
    client.on("close", () => this.#clients.delete(client));
    onLines(client, (line) => {
      if (line === backUpRequest) void this.#backUp(client);
      else client.destroy();
    });
  }

  /** One at a time: it is over when the client has moved the copy away, or is gone. */
  async #backUp(client: Socket): Promise<void> {
    if (this.#isTaken) {
      tell(client, { kind: "failed", message: "another backup of it is being made" });
      return;
    }
    this.#isTaken = true;
    const left = new Promise((resolve) => client.once("close", resolve));
    this.#copying = this.#copy(client);
    await Promise.all([this.#copying, left]);
    this.#isTaken = false;
    // What was complete at the end of the server is still being checked by whoever asked for it.
    if (!this.#isClosed) this.#removeCopy();
  }

  #removeCopy(): void {
    try {
      removeCopy(copyOf(this.#path));
    } catch {
      // What is there is no copy, or nothing can be removed here. The next backup is told of it.
    }
  }

  async #copy(client: Socket): Promise<void> {
    const path = copyOf(this.#path);
    let toldAt = Number.NEGATIVE_INFINITY;
    try {
      await writeCopy(this.#db, path, (done, total) => {
        if (client.destroyed) throw new Error("the client has gone");
        if (performance.now() - toldAt < newsMs) return;
        toldAt = performance.now();
        tell(client, { kind: "progress", done, total });
      });
      tell(client, { kind: "copied", path });
    } catch (error) {
      tell(client, { kind: "failed", message: messageOf(error) });
    }
  }
}

function tell(client: Socket, news: BackupNews): void {
  if (client.writable) client.write(`${JSON.stringify(news)}\n`);
}
