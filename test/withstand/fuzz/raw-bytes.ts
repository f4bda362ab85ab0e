import fc from "fast-check";
import { token } from "./words.ts";

/** Bytes for one connection, in the pieces in which they are sent. */
export interface RawConversation {
  readonly pieces: readonly Buffer[];
  /** How the client leaves. It always does: a server may wait for more of a request. */
  readonly leaves: "end" | "destroy" | "reset";
}

const method = fc.constantFrom(
  ...[
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "CONNECT",
    "get",
    "G ET",
    "",
    "PRI",
    "\u0000",
  ],
);
const target = fc.constantFrom(
  ...[
    "/",
    "/livez",
    "/hash?input=a&iterations=1",
    "/tasks/double",
    "/jobs",
    "*",
    "http://a/",
    "//",
    "/reload",
    "/workers/+1",
  ],
  ...["/%00", "/\u0080", "/a b", "", "http://[::1", "/#a", `/${"a".repeat(20_000)}`, "/../..", "?"],
);
const version = fc.oneof(
  { weight: 8, arbitrary: fc.constant("HTTP/1.1") },
  { weight: 2, arbitrary: fc.constantFrom("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "http/1.1", "") },
);
const line = fc.constantFrom(
  ...[
    "Host: localhost",
    "Host: b",
    "Host:",
    "Content-Length: 11",
    "Content-Length: 5",
    "Content-Length: -1",
  ],
  ...[
    "Content-Length: 1e1",
    "Content-Length: 11, 11",
    "Content-Length : 11",
    "Content-Length: +11",
  ],
  ...[
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: xchunked",
  ],
  ...["Transfer-Encoding : chunked", "transfer-encoding: identity", "Connection: close"],
  ...["Connection: upgrade", "Upgrade: websocket", "Upgrade: h2c", "Expect: 100-continue"],
  ...["Connection: keep-alive, Host", "Content-Type: application/json", "Content-Encoding: gzip"],
  ...[" folded: yes", "X: \u0000", "X: a\rb", "X: a\nb", ": none", "X", "X: \u007f\u0080"],
  ...["Trailer: X-After", "Cookie: a=b; ".repeat(400), `X-Long: ${"x".repeat(17_000)}`],
);
const content = fc.constantFrom(
  ...['{"value":21}', '{"value":1', "5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n", "ffffffffffffffff\r\n"],
  ...[
    'b\r\n{"value":1}\r\n0\r\nX-After: 1\r\n\r\n',
    "-1\r\n",
    "5;x=y\r\nhello\r\n",
    "",
    "\r\n\r\n",
  ],
  ...[
    "1\r\n{\r\n1\n}\n0\n\n",
    "\u0016\u0003\u0001",
    "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
  ],
);
const newline = fc.oneof(
  { weight: 9, arbitrary: fc.constant("\r\n") },
  { weight: 1, arbitrary: fc.constantFrom("\n", "\r", "\r\r\n") },
);

/** A request out of parts that are each right or wrong. */
const composed = fc
  .tuple(method, target, version, fc.array(line, { maxLength: 6 }), newline, content)
  .map(([verb, path, protocol, lines, end, rest]) => {
    const head = [`${verb} ${path} ${protocol}`, ...lines].join(end);
    return Buffer.from(`${head}${end}${end}${rest}`, "latin1");
  });

const right = fc
  .constantFrom(
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /hash?input=a&algorithm=sha256&iterations=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    'POST /tasks/double HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\n{"value":21}',
    'POST /tasks/double HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"val\r\n7\r\nue":21}\r\n0\r\n\r\n',
    `POST /jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Length: 42\r\n\r\n{"task":"double","input":{"value":21}}    `,
  )
  .map((text) => Buffer.from(text));

/** A right request with one byte changed, taken out or put in. */
const broken = fc
  .tuple(right, fc.nat(), fc.nat(255), fc.constantFrom(0, 1))
  .map(([bytes, place, byte, taken]) => {
    const at = place % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + taken)]);
  });

const noise = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

const part = fc.oneof(
  { weight: 3, arbitrary: composed },
  { weight: 3, arbitrary: broken },
  { weight: 6, arbitrary: right },
  { weight: 1, arbitrary: noise },
);

/** Some requests in a row, cut anywhere, and perhaps short. */
export const rawConversation: fc.Arbitrary<RawConversation> = fc
  .tuple(
    fc.array(part, { minLength: 1, maxLength: 5 }),
    fc.array(fc.nat(400), { maxLength: 4 }),
    fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(200) }),
    fc.constantFrom("end", "end", "end", "destroy", "reset"),
  )
  .map(([parts, cuts, kept, leaves]) => {
    const all = Buffer.concat(parts);
    return { pieces: cut(kept === null ? all : all.subarray(0, kept), cuts), leaves };
  });

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let rest = bytes;
  for (const length of lengths) {
    pieces.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return [...pieces, rest].filter(({ length }) => length > 0);
}
