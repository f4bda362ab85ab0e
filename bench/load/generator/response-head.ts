/** The server's bytes are not an HTTP/1.1 response. */
export class MalformedResponse extends Error {
  override readonly name = "MalformedResponse";
}

/** How the body of a response ends (RFC 9112, 6.3). */
export type Framing =
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

export interface ResponseHead {
  readonly status: number;
  /** Whether the connection can take another request after this answer. */
  readonly persistent: boolean;
  readonly framing: Framing;
  /** The Content-Type; null where it is missing. */
  readonly type: string | null;
  /** The value of the header that was asked for; null where it is missing. */
  readonly wanted: string | null;
}

const noBody: Framing = { kind: "length", bytes: 0 };
const chunked: Framing = { kind: "chunked" };
const untilClose: Framing = { kind: "close" };

/**
 * Reads a status line and headers: `text` is Latin-1, without the empty line at its end.
 *
 * @param wantedName a header name in lower case, or null
 * @param bodiless whether the request was a HEAD
 * @throws MalformedResponse
 */
export function readHead(text: string, wantedName: string | null, bodiless: boolean): ResponseHead {
  const status = readStatus(text);
  let persistent = text.charCodeAt(7) !== 48; // HTTP/1.0 closes, HTTP/1.1 stays
  let length: number | null = null;
  let coding: string | null = null;
  let type: string | null = null;
  let wanted: string | null = null;
  let lineStart = findLineEnd(text, 0) + 2;
  while (lineStart < text.length) {
    const end = findLineEnd(text, lineStart);
    const colon = text.indexOf(":", lineStart);
    // Whitespace before the colon or at the start of the line is malformed too: RFC 9112, 5.1 and
    // 5.2.
    if (
      colon <= lineStart ||
      colon >= end ||
      isBlank(text, lineStart) ||
      isBlank(text, colon - 1)
    ) {
      throw new MalformedResponse("a header has no name");
    }
    const nameLength = colon - lineStart;
    // Most headers do not matter here. Their length tells, without making a string.
    if (
      nameLength === 10 ||
      nameLength === 12 ||
      nameLength === 14 ||
      nameLength === 17 ||
      nameLength === wantedName?.length
    ) {
      const name = text.slice(lineStart, colon).toLowerCase();
      const value = text.slice(colon + 1, end).trim();
      if (name === "content-length") length = readLength(value, length);
      else if (name === "content-type") type = value;
      else if (name === "transfer-encoding") coding = value.toLowerCase();
      else if (name === "connection") persistent = readConnection(value, persistent);
      if (name === wantedName) wanted = value;
    }
    lineStart = end + 2;
  }
  if (length !== null && coding !== null) {
    throw new MalformedResponse("both Content-Length and Transfer-Encoding");
  }
  if (bodiless || status < 200 || status === 204 || status === 304) {
    return { status, persistent, framing: noBody, type, wanted };
  }
  if (coding === "chunked") return { status, persistent, framing: chunked, type, wanted };
  if (coding !== null) throw new MalformedResponse(`transfer coding ${coding}`);
  if (length !== null)
    return { status, persistent, framing: { kind: "length", bytes: length }, type, wanted };
  return { status, persistent: false, framing: untilClose, type, wanted };
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || code === 9;
}

function findLineEnd(text: string, from: number): number {
  const end = text.indexOf("\r\n", from);
  return end === -1 ? text.length : end;
}

/** `HTTP/1.1 200 OK`: the version's first digit and the three of the status. */
function readStatus(text: string): number {
  const status = Number(text.slice(9, 12));
  const shaped = text.startsWith("HTTP/1.") && text.charCodeAt(8) === 32;
  if (!shaped || !Number.isInteger(status) || status < 100 || status > 599) {
    throw new MalformedResponse("the status line");
  }
  return status;
}

function readLength(value: string, earlier: number | null): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : -1;
  if (length < 0 || (earlier !== null && earlier !== length)) {
    throw new MalformedResponse("Content-Length");
  }
  return length;
}

function readConnection(value: string, persistent: boolean): boolean {
  const options = value.toLowerCase();
  if (options.includes("close")) return false;
  return options.includes("keep-alive") || persistent;
}
