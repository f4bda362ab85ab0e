import { connect, type Socket } from "node:net";
import type { Line } from "./connection-pool.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { type Answer, ResponseParser } from "./response-parser.ts";

/** One request on its way. Times are of `performance.now()`, in ms. */
export interface Exchange {
  readonly request: PreparedRequest;
  readonly intendedAt: number;
  /** Whether it was due in the measured time, and is reported. */
  readonly measured: boolean;
  /** Where it waits for a connection. */
  readonly line: Line;
  sentAt: number;
}

/** Hears of what a connection does. */
export interface ConnectionOwner {
  /** The answer's body is a view: it must be judged before returning. */
  answered(connection: Connection, exchange: Exchange, answer: Answer): void;
  /** `retriable`: a kept connection closed before a byte of the answer came. */
  failed(exchange: Exchange, code: string, retriable: boolean): void;
  /** Bytes came that nobody had asked for. The connection is unusable then. */
  stray(): void;
  /** Comes once, and before a final `answered` or `failed`. */
  gone(connection: Connection): void;
}

export interface Endpoint {
  /** An IP address, so that no name is looked up while the clock runs. */
  readonly address: string;
  readonly port: number;
}

// All sockets share one buffer, because each read is used up before the next. This saves an
// allocation and the stream machinery for every read (measured: 62k against 58k requests/s, 10.7
// against 12.4 µs of CPU each).
const readBuffer = Buffer.allocUnsafeSlow(65_536);
const closedCodes = new Set(["CLOSED", "ECONNRESET", "EPIPE"]);

export interface ConnectionOptions {
  readonly endpoint: Endpoint;
  /** False closes the connection after its first answer. */
  readonly keepAlive: boolean;
  readonly wantedHeader: string | null;
}

/** A socket that carries one request at a time. */
export class Connection {
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  readonly #owner: ConnectionOwner;
  readonly #keepAlive: boolean;
  readonly #onAnswer: (answer: Answer) => void;
  #exchange: Exchange | null = null;
  /** The answer that the chunk being read completed. */
  #ready: Answer | null = null;
  #stray = false;
  #answers = 0;
  #over = false;

  constructor(options: ConnectionOptions, owner: ConnectionOwner) {
    this.#owner = owner;
    this.#keepAlive = options.keepAlive;
    this.#parser = new ResponseParser(options.wantedHeader);
    this.#onAnswer = (answer) => {
      if (this.#ready === null) this.#ready = answer;
      else this.#stray = true;
    };
    this.#socket = connect({
      host: options.endpoint.address,
      port: options.endpoint.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#read(length);
          return true;
        },
      },
    });
    this.#socket.on("error", (error: NodeJS.ErrnoException) => this.abandon(error.code ?? "ERROR"));
    this.#socket.on("end", () => this.#ended());
    this.#socket.on("close", () => this.abandon("CLOSED"));
  }

  /** Whether it can take a request now. */
  get usable(): boolean {
    return !this.#over && this.#exchange === null;
  }

  /** Settles when it is open, or over. */
  opened(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once("connect", resolve);
    this.#socket.once("close", resolve);
    if (this.#over) resolve();
    return promise;
  }

  get exchange(): Exchange | null {
    return this.#exchange;
  }

  send(exchange: Exchange, now: number): void {
    this.#exchange = exchange;
    exchange.sentAt = now;
    this.#parser.bodiless = exchange.request.bodiless;
    this.#socket.write(exchange.request.bytes);
  }

  /** Ends the connection. An exchange under way fails with this code. */
  abandon(code: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#owner.gone(this);
    if (exchange === null) return;
    const retriable = this.#answers > 0 && this.#parser.idle && closedCodes.has(code);
    this.#owner.failed(exchange, code, retriable);
  }

  #read(length: number): void {
    if (this.#over) return;
    if (this.#exchange === null) {
      this.#owner.stray();
      this.abandon("STRAY");
      return;
    }
    try {
      this.#parser.feed(readBuffer.subarray(0, length), this.#onAnswer);
    } catch {
      if (this.#ready === null) {
        this.abandon("MALFORMED");
        return;
      }
      this.#stray = true;
    }
    this.#deliver();
  }

  /** The server closed its side. That ends an answer without a stated length. */
  #ended(): void {
    if (this.#over) return;
    try {
      this.#parser.end(this.#onAnswer);
      this.#deliver();
    } catch {
      // The answer was cut off, as CLOSED says.
    }
    this.abandon("CLOSED");
  }

  /**
   * Hands the answer over once its whole chunk is read, so that stray bytes after it are noticed.
   */
  #deliver(): void {
    const answer = this.#ready;
    const exchange = this.#exchange;
    if (answer === null || exchange === null) return;
    this.#ready = null;
    this.#exchange = null;
    this.#answers += 1;
    const stray = this.#stray || !this.#parser.idle;
    if (stray) this.#owner.stray();
    if (stray || !answer.persistent || !this.#keepAlive) {
      this.#over = true;
      this.#socket.destroy();
      this.#owner.gone(this);
    }
    this.#owner.answered(this, exchange, answer);
  }
}
