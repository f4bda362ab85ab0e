import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ResponseParser } from "../../../../bench/load/generator/response-parser.ts";

interface Seen {
  readonly status: number;
  readonly persistent: boolean;
  readonly wanted: string | null;
  readonly body: string;
}

interface Reading {
  readonly answers: Seen[];
  readonly malformed: boolean;
}

/** Feeds bytes in pieces cut at these places, each in a buffer that is overwritten afterwards. */
function read(bytes: Buffer, cuts: readonly number[] = [], wanted: string | null = null): Reading {
  const parser = new ResponseParser(wanted);
  const answers: Seen[] = [];
  const keep = (answer: Omit<Seen, "body"> & { body: Buffer }) =>
    answers.push({ ...answer, body: answer.body.toString("latin1") });
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  edges.sort((a, b) => a - b);
  try {
    for (const [index, from] of edges.entries()) {
      const piece = Buffer.from(bytes.subarray(from, edges[index + 1] ?? bytes.length));
      parser.feed(piece, keep);
      piece.fill("x"); // as the shared read buffer is: a kept view would show
    }
    parser.end(keep);
    return { answers, malformed: false };
  } catch {
    return { answers, malformed: true };
  }
}

const cuts = fc.array(fc.nat({ max: 2_000 }), { maxLength: 30 });
const bodies = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const spelling = fc.constantFrom(
  (name: string) => name,
  (name: string) => name.toLowerCase(),
  (name: string) => name.toUpperCase(),
);

const withLength = fc.record({ body: bodies, spell: spelling }).map(({ body, spell }) => ({
  body,
  wire: Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\nDate: today\r\n${spell("Content-Length")}:${body.length}\r\n\r\n`,
    ),
    body,
  ]),
}));

const inChunks = fc
  .record({
    parts: fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 5 }),
    extension: fc.constantFrom("", ";name=value", " "),
    trailer: fc.constantFrom("", "Checksum: 1\r\n"),
    spell: spelling,
  })
  .map(({ parts, extension, trailer, spell }) => ({
    body: Buffer.concat(parts),
    wire: Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\n${spell("Transfer-Encoding")}: Chunked\r\n\r\n`),
      ...parts.flatMap((part) => [
        Buffer.from(`${part.length.toString(16)}${extension}\r\n`),
        Buffer.from(part),
        Buffer.from("\r\n"),
      ]),
      Buffer.from(`0\r\n${trailer}\r\n`),
    ]),
  }));

const afterHints = withLength.map(({ body, wire }) => ({
  body,
  wire: Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), wire]),
}));

describe("any split of the bytes", () => {
  test("gives the answers that were sent", () => {
    const answer = fc.oneof(withLength, inChunks, afterHints);
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 6 }), cuts, (sent, places) => {
        const { answers, malformed } = read(Buffer.concat(sent.map(({ wire }) => wire)), places);
        expect(malformed).toBe(false);
        expect(answers.map(({ body }) => body)).toEqual(
          sent.map(({ body }) => body.toString("latin1")),
        );
      }),
    );
  });

  test("gives the same as no split, well-formed or not", () => {
    const fragment = fc.oneof(
      withLength.map(({ wire }) => wire),
      inChunks.map(({ wire }) => wire),
      fc
        .constantFrom(
          "HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 204 No Content\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
          "HTTP/1.0 200 OK\r\n",
          "5\r\nhello\r\n",
          "0\r\n\r\n",
          "\r\n",
          ": no name\r\n",
          "zz\r\n",
        )
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 6 }), cuts, (fragments, places) => {
        const bytes = Buffer.concat(fragments);
        expect(read(bytes, places)).toEqual(read(bytes));
      }),
      { numRuns: 500 },
    );
  });
});

describe("one answer", () => {
  const ok = "HTTP/1.1 200 OK\r\n";

  test("stays on its connection, unless HTTP/1.0 or the server says otherwise", () => {
    const persistent = (head: string) =>
      read(Buffer.from(`${head}Content-Length: 0\r\n\r\n`)).answers[0]?.persistent;
    expect(persistent(ok)).toBe(true);
    expect(persistent(`${ok}Connection: close\r\n`)).toBe(false);
    expect(persistent("HTTP/1.0 200 OK\r\n")).toBe(false);
    expect(persistent("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n")).toBe(true);
  });

  test("without a length ends with the connection", () => {
    const { answers } = read(Buffer.from(`${ok}\r\nuntil the end`), [20, 25]);
    expect(answers).toEqual([
      { status: 200, persistent: false, type: null, wanted: null, body: "until the end" },
    ]);
  });

  test("to a HEAD request has no body, whatever its length says", () => {
    const parser = new ResponseParser();
    parser.bodiless = true;
    const statuses: number[] = [];
    parser.feed(Buffer.from(`${ok}Content-Length: 500\r\n\r\n`), ({ status }) => {
      statuses.push(status);
    });
    expect(statuses).toEqual([200]);
    expect(parser.idle).toBe(true);
  });

  test("brings the header that was asked for, each time its own", () => {
    const answer = (worker: string) => `${ok}X-Worker: ${worker}\r\nContent-Length: 0\r\n\r\n`;
    const bytes = Buffer.from(answer("3") + answer("3") + answer("4"));
    expect(read(bytes, [], "x-worker").answers.map(({ wanted }) => wanted)).toEqual([
      "3",
      "3",
      "4",
    ]);
  });
});

describe("malformed", () => {
  test.each([
    ["another protocol", "SSH-2.0-OpenSSH\r\n"],
    ["another protocol, cut short", "SS"],
    ["no status", "HTTP/1.1 abc OK\r\n\r\n"],
    ["a status out of range", "HTTP/1.1 099 Low\r\n\r\n"],
    ["a header without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n"],
    ["a header without a colon", "HTTP/1.1 200 OK\r\nnothing\r\n\r\n"],
    ["a blank before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"],
    ["a folded header", "HTTP/1.1 200 OK\r\nA: 1\r\n b: 2\r\n\r\n"],
    ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"],
    [
      "a length and chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["an unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"],
    ["a chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"],
    ["a chunk too long", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"],
    ["an end within the head", "HTTP/1.1 200 OK\r\n"],
    ["an end within the body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"],
    ["headers without end", `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(12_000)}`],
  ])("%s", (_what, text) => {
    expect(read(Buffer.from(text))).toEqual({ answers: [], malformed: true });
  });
});
