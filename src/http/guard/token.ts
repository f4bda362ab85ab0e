import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "../../errors.ts";
import type { RequestCheck } from "./request-check.ts";

const remedy =
  "Send the header Authorization: Bearer TOKEN, with a token of this server (--token).";

/**
 * Requires a token (RFC 6750, section 2.1). What was sent is hashed, so that the comparison takes the
 * same time for every token, of whatever length.
 *
 * @param digests the SHA-256 of each token that is taken, in hexadecimal digits
 * @throws AppError `unauthorized`, with a challenge
 */
export function createTokenCheck(digests: readonly string[]): RequestCheck {
  const known = digests.map((digest) => Buffer.from(digest, "hex"));
  return (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      throw unauthorized(`The request has no token. ${remedy}`, challenge);
    }
    const [, token] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
    if (token === undefined) {
      throw unauthorized(`The Authorization header has no bearer token. ${remedy}`, challenge);
    }
    const sent = createHash("sha256").update(token).digest();
    // All of them, so that the time does not tell which one it was.
    const matches = known.filter((digest) => timingSafeEqual(digest, sent));
    if (matches.length > 0) return;
    const detail = `The token is none of this server. ${remedy}`;
    throw unauthorized(detail, `${challenge}, error="invalid_token"`);
  };
}

const challenge = 'Bearer realm="manycore"';

function unauthorized(detail: string, authenticate: string): AppError {
  return new AppError("unauthorized", detail, { headers: { "WWW-Authenticate": authenticate } });
}
