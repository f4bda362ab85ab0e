import { HeadReader } from "./head-reader.ts";
import { MalformedResponse, type ResponseHead } from "./response-head.ts";

/**
 * A complete answer. `body` may be a view of the chunk that was fed: use it before the next feed.
 */
export interface Answer {
  readonly status: number;
  readonly persistent: boolean;
  /** The Content-Type; null where it is missing. */
  readonly type: string | null;
  /** The value of the header that the parser looks for. */
  readonly wanted: string | null;
  readonly body: Buffer;
}

const lineLimitBytes = 4_096;
const bodyLimitBytes = 256 * 1024 * 1024;
const empty = Buffer.alloc(0);

type State = "head" | "body" | "chunk-size" | "chunk-data" | "chunk-end" | "trailers";

/**
 * Reads HTTP/1.1 responses off a connection (RFC 9112), however the network splits them. It has
 * only what a measuring client needs: it is strict, keeps one header, and never reads ahead.
 */
export class ResponseParser {
  readonly #heads: HeadReader;
  #state: State = "head";
  #head: ResponseHead | null = null;
  /** Bytes that do not yet complete what the state waits for. Owned, never a view. */
  #carry: Buffer = empty;
  #parts: Buffer[] = [];
  #bodyBytes = 0;
  /** Bytes that the body, or the chunk under way, still lacks. */
  #missing = 0;
  /** Set before the answer to a HEAD request: it has no body, whatever its headers say. */
  bodiless = false;

  constructor(wantedName: string | null = null) {
    this.#heads = new HeadReader(wantedName?.toLowerCase() ?? null);
  }

  /** Whether no byte of an answer has come since the last whole one. */
  get idle(): boolean {
    return this.#state === "head" && this.#carry.length === 0 && this.#head === null;
  }

  /**
   * Takes the next bytes, and passes on every answer that they complete.
   *
   * @throws MalformedResponse; the connection is of no use then
   */
  feed(chunk: Buffer, onAnswer: (answer: Answer) => void): void {
    let bytes = chunk;
    if (this.#carry.length > 0) {
      bytes = Buffer.concat([this.#carry, chunk]);
      this.#carry = empty;
    }
    let at = 0;
    while (at < bytes.length) {
      const next = this.#step(bytes, at, onAnswer);
      if (next === -1) {
        // The chunk is the socket's shared buffer: what must outlive this call is copied.
        this.#carry = Buffer.from(bytes.subarray(at));
        return;
      }
      at = next;
    }
  }

  /**
   * Takes the end of the connection, which ends a body without a stated length.
   *
   * @throws MalformedResponse where an answer was cut off
   */
  end(onAnswer: (answer: Answer) => void): void {
    if (this.idle) return;
    if (this.#state !== "body" || this.#head?.framing.kind !== "close") {
      throw new MalformedResponse("the connection closed within an answer");
    }
    this.#finish(empty, onAnswer);
  }

  /** Does one step from `at`. Returns the place after it, or -1 if more bytes are needed. */
  #step(bytes: Buffer, at: number, onAnswer: (answer: Answer) => void): number {
    switch (this.#state) {
      case "head":
        return this.#readHead(bytes, at, onAnswer);
      case "body":
        return this.#readBody(bytes, at, onAnswer);
      case "chunk-size":
        return this.#readChunkSize(bytes, at);
      case "chunk-data":
        return this.#readChunkData(bytes, at);
      case "chunk-end":
        return this.#readChunkEnd(bytes, at);
      case "trailers":
        return this.#readTrailer(bytes, at, onAnswer);
    }
  }

  #readHead(bytes: Buffer, at: number, onAnswer: (answer: Answer) => void): number {
    const head = this.#heads.read(bytes, at, this.bodiless);
    if (head === null) return -1;
    const bodyAt = at + this.#heads.length;
    if (head.status < 200) return bodyAt; // 100 Continue, 103 Early Hints: the answer follows
    this.#head = head;
    if (head.framing.kind === "chunked") {
      this.#state = "chunk-size";
      return bodyAt;
    }
    this.#state = "body";
    this.#missing = head.framing.kind === "length" ? head.framing.bytes : Number.POSITIVE_INFINITY;
    if (this.#missing === 0) this.#finish(empty, onAnswer);
    return bodyAt;
  }

  #readBody(bytes: Buffer, at: number, onAnswer: (answer: Answer) => void): number {
    const end = Math.min(bytes.length, at + this.#missing);
    const part = bytes.subarray(at, end);
    this.#missing -= part.length;
    if (this.#missing === 0) this.#finish(part, onAnswer);
    else this.#keep(part);
    return end;
  }

  #readChunkSize(bytes: Buffer, at: number): number {
    const end = findLine(bytes, at);
    if (end === -1) return -1;
    const digits = /^([0-9a-f]{1,8})[\t ]*(?:;|$)/i.exec(bytes.toString("latin1", at, end))?.[1];
    if (digits === undefined) throw new MalformedResponse("a chunk's size");
    this.#missing = Number.parseInt(digits, 16);
    this.#state = this.#missing === 0 ? "trailers" : "chunk-data";
    return end + 2;
  }

  #readChunkData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#missing);
    this.#missing -= end - at;
    this.#keep(bytes.subarray(at, end));
    if (this.#missing === 0) this.#state = "chunk-end";
    return end;
  }

  #readChunkEnd(bytes: Buffer, at: number): number {
    if (bytes[at] !== 13) throw new MalformedResponse("a chunk is longer than its size");
    if (at + 1 >= bytes.length) return -1;
    if (bytes[at + 1] !== 10) throw new MalformedResponse("a chunk is longer than its size");
    this.#state = "chunk-size";
    return at + 2;
  }

  #readTrailer(bytes: Buffer, at: number, onAnswer: (answer: Answer) => void): number {
    const end = findLine(bytes, at);
    if (end === at) this.#finish(empty, onAnswer);
    return end === -1 ? -1 : end + 2;
  }

  #keep(part: Buffer): void {
    this.#bodyBytes += part.length;
    if (this.#bodyBytes > bodyLimitBytes) throw new MalformedResponse("the body is too large");
    this.#parts.push(Buffer.from(part));
  }

  #finish(last: Buffer, onAnswer: (answer: Answer) => void): void {
    const head = this.#head;
    if (head === null) throw new MalformedResponse("a body without a head");
    const body = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#state = "head";
    this.#head = null;
    this.#parts = [];
    this.#bodyBytes = 0;
    const { status, persistent, type, wanted } = head;
    onAnswer({ status, persistent, type, wanted, body });
  }
}

/** Where the line from `at` ends. -1 if its CRLF has not come. */
function findLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf("\r\n", at, "latin1");
  if ((end === -1 ? bytes.length : end) - at > lineLimitBytes) {
    throw new MalformedResponse("a line is too long");
  }
  return end;
}
