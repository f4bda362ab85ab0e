import { readFile } from "node:fs/promises";
import { isToken, secretToken } from "../config/token.ts";
import { messageOf } from "../errors.ts";

export interface TypedToken {
  /** Of `--token`, or of the variable. */
  readonly token: string | undefined;
  /** A file of tokens, as the server's. The first one is sent. */
  readonly tokenFile: string | undefined;
}

/**
 * The token that a command sends; undefined where it was given none.
 *
 * @throws Error for a file that cannot be read, and for text that is no token. It does not show the text
 */
export async function readTypedToken({
  token,
  tokenFile,
}: TypedToken): Promise<string | undefined> {
  const read = tokenFile === undefined ? token : await firstLineOf(tokenFile);
  if (read === undefined || read === "") return undefined;
  if (isToken(read)) return read;
  throw new Error(`The token is none: a token is ${secretToken.allowed}`);
}

async function firstLineOf(file: string): Promise<string> {
  try {
    const [first = ""] = (await readFile(file, "utf8")).trim().split(/\s*\n/);
    return first;
  } catch (error) {
    throw new Error(`--token-file ${file} cannot be read: ${messageOf(error)}`);
  }
}
