import { MalformedResponse, type ResponseHead, readHead } from "./response-head.ts";

const limitBytes = 65_536;
const headEnd = Buffer.from("\r\n\r\n");
const versionStart = "HTTP/1.";

/**
 * Finds and reads response heads. It keeps the last one, because a server repeats its head for
 * about a second. Comparing bytes takes a tenth of the time of reading them (measured: 0.15 against
 * 1.5 µs).
 */
export class HeadReader {
  readonly #wantedName: string | null;
  #bytes: Buffer = Buffer.alloc(0);
  #head: ResponseHead | null = null;
  #bodiless = false;

  /** @param wantedName the header to look for, in lower case */
  constructor(wantedName: string | null) {
    this.#wantedName = wantedName;
  }

  /** Bytes of the head that was read last, with the empty line at its end. */
  get length(): number {
    return this.#bytes.length;
  }

  /**
   * The head that begins at `at`. Null if it is not complete.
   *
   * @throws MalformedResponse
   */
  read(bytes: Buffer, at: number, bodiless: boolean): ResponseHead | null {
    if (this.#isSame(bytes, at, bodiless)) return this.#head;
    const end = bytes.indexOf(headEnd, at);
    if ((end === -1 ? bytes.length : end) - at > limitBytes) {
      throw new MalformedResponse("the headers are too large");
    }
    if (end === -1) {
      // Bytes that cannot become a response fail now, and not at the request's timeout.
      const start = bytes.toString("latin1", at, Math.min(at + versionStart.length, bytes.length));
      if (!versionStart.startsWith(start)) throw new MalformedResponse("not an HTTP/1 response");
      return null;
    }
    this.#head = readHead(bytes.toString("latin1", at, end), this.#wantedName, bodiless);
    this.#bytes = Buffer.from(bytes.subarray(at, end + headEnd.length));
    this.#bodiless = bodiless;
    return this.#head;
  }

  #isSame(bytes: Buffer, at: number, bodiless: boolean): boolean {
    if (this.#head === null || this.#bodiless !== bodiless) return false;
    const end = at + this.#bytes.length;
    return end <= bytes.length && this.#bytes.compare(bytes, at, end) === 0;
  }
}
