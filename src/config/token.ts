import { createHash } from "node:crypto";
import type { Kind } from "./kind.ts";

/** The characters of a bearer token (RFC 6750, section 2.1). */
const syntax = /^[\w.~+/-]+=*$/;

/** Of the option `--token`; the commands that are clients read it, too. */
export const tokenVariable = "MANYCORE_TOKEN";

const mostCharacters = 1024;

/** Of a token that can be guessed. */
export const fewCharacters = 16;

/** What is kept of a token. The token itself is forgotten when the configuration has been read. */
export interface KeptToken {
  /** Its SHA-256, in hexadecimal digits. */
  readonly digest: string;
  readonly isShort: boolean;
}

export function isToken(text: string): boolean {
  return text.length <= mostCharacters && syntax.test(text);
}

export function keepToken(token: string): KeptToken {
  return { digest: digestOf(token), isShort: token.length < fewCharacters };
}

export function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** A token of an option. The configuration has its digest only, and no error shows it. */
export const secretToken: Kind<KeptToken> = {
  allowed: "letters, digits and - . _ ~ + /, at most 1024 of them",
  placeholder: "TOKEN",
  examples: ["a-token-that-nobody-guesses"],
  isSecret: true,
  parse: (text) => (isToken(text) ? { ok: true, value: keepToken(text) } : { ok: false }),
};
