import fc from "fast-check";
import { body, type FuzzBody } from "./bodies.ts";
import { type KnownPath, parameter, query } from "./paths.ts";
import { rightRequest } from "./right.ts";
import { token, word } from "./words.ts";

/** A request of valid HTTP, whatever it asks for. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  /** One for each parameter of the path; null is a name that the server has given. */
  readonly parameters: readonly (string | null)[];
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: FuzzBody | null;
}

const anyMethod = fc.constantFrom(
  ...["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "TRACE", "QUERY"],
);

const expectHeader = fc.tuple(
  fc.constant("expect"),
  fc.constantFrom("100-continue", "100-continue", "tea"),
);

const header = fc.oneof(
  fc.tuple(
    fc.constant("accept"),
    fc.constantFrom(
      "*/*",
      "application/json",
      "text/html",
      "application/octet-stream",
      "x",
      "a/b;q=2",
    ),
  ),
  fc.tuple(
    fc.constant("prefer"),
    fc.constantFrom(
      "wait=0",
      "respond-async",
      "respond-async, wait=0",
      "wait=-1",
      "wait=x",
      "wait=1e9x",
    ),
  ),
  fc.tuple(fc.constant("idempotency-key"), fc.constantFrom("a", '"b"', "", "k".repeat(300))),
  fc.tuple(
    fc.constantFrom("if-match", "if-none-match"),
    fc.constantFrom("*", '"1"', 'W/"1"', "x", '"1", "2"'),
  ),
  fc.tuple(
    fc.constant("traceparent"),
    fc.constantFrom(`00-${"a".repeat(32)}-${"b".repeat(16)}-01`, `00-${"0".repeat(32)}-1-01`, "x"),
  ),
  fc.tuple(
    fc.constant("origin"),
    fc.constantFrom("null", "http://evil.example", "http://127.0.0.1"),
  ),
  fc.tuple(fc.constant("sec-fetch-site"), fc.constantFrom("cross-site", "same-origin", "x")),
  fc.tuple(fc.constant("host"), fc.constantFrom("evil.example", "localhost", "a:b", "[::1", "")),
  fc.tuple(
    fc.constantFrom("x-forwarded-for", "forwarded"),
    fc.constantFrom("1.2.3.4", "::1, 10.0.0.1", "x".repeat(500), "for=_a;proto=http"),
  ),
  fc.tuple(fc.constant("authorization"), fc.constantFrom("Bearer x", "Basic eDp5", "Bearer ", "x")),
  fc.tuple(fc.constant("last-event-id"), fc.constantFrom("0", "5", "x", "-1", "9".repeat(40))),
  fc.tuple(fc.constant("range"), fc.constantFrom("bytes=0-", "bytes=-1", "x")),
  expectHeader,
  fc.tuple(
    fc.stringMatching(/^x-[a-z]{1,12}$/),
    word.map((text) => text.replace(/[^\x20-\x7e]/g, "?")),
  ),
);

const withToken = { authorization: `Bearer ${token}` };
const headers = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(withToken) },
      { weight: 1, arbitrary: fc.constant({}) },
    ),
    fc.array(header, { maxLength: 3 }),
  )
  .map(([authorization, pairs]) => ({ ...authorization, ...Object.fromEntries(pairs) }));

const rest = fc.record({
  parameters: fc.array(parameter, { minLength: 2, maxLength: 2 }),
  ...{ query, headers, body: fc.option(body, { freq: 4 }) },
});

const right = fc.tuple(rightRequest, headers).map(
  ([{ method, path, sent }, more]): FuzzRequest => ({
    ...{ method, path, parameters: ["nightly"], query: "", headers: more },
    body: {
      headers: { "content-type": "application/json" },
      bytes: Buffer.from(JSON.stringify(sent)),
    },
  }),
);

/** Requests to these paths of the main port, and right ones among them. */
export function requestsTo(paths: readonly KnownPath[]): fc.Arbitrary<FuzzRequest> {
  return fc.oneof({ weight: 3, arbitrary: anyTo(paths) }, { weight: 1, arbitrary: right });
}

export function anyTo(paths: readonly KnownPath[]): fc.Arbitrary<FuzzRequest> {
  const target = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...paths).chain(withMethod) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.stringMatching(/^\/[\w/%.~:@!$&'()*+,;=-]{0,40}$/), anyMethod),
    },
  );
  return fc
    .tuple(target, rest)
    .map(([[path, method], more]): FuzzRequest => ({ path, method, ...more }));
}

function withMethod({ path, methods }: KnownPath): fc.Arbitrary<[string, string]> {
  const method = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...methods) },
    { weight: 1, arbitrary: anyMethod },
  );
  return fc.tuple(fc.constant(path), method);
}

/** Does something to the workers, and nothing else. */
export function operation(path: string): FuzzRequest {
  return { method: "POST", path, parameters: [], query: "", headers: withToken, body: null };
}
