/** Reads the target from the command line. */
import { UsageError } from "../../command/failures.ts";
import type { Reader } from "../../command/option.ts";

const example = "such as http://127.0.0.1:8000/hash?input=abc";

/** @throws UsageError if the URL cannot be loaded; the message contains no password */
export function readUrl(text: string): URL {
  const url = URL.parse(text);
  const given = `URL ${JSON.stringify(text)}`;
  if (url === null || url.hostname === "") {
    throw new UsageError(`${given}: give a whole URL, ${example}`);
  }
  if (url.protocol !== "http:") {
    throw new UsageError(
      `${given}: only http:// can be loaded. Load the server behind its TLS proxy, ${example}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(
      "URL: leave the user and the password out, and give --header 'Authorization: ...'",
    );
  }
  return url;
}

export const readHeader: Reader<[name: string, value: string]> = (text, flag) => {
  const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~\w-]+):\s*([\t\x20-\x7e]*)$/.exec(text) ?? [];
  if (name === "") {
    throw new UsageError(`${flag} ${JSON.stringify(text)}: write it as 'Name: value'`);
  }
  if (/^(host|content-length|connection|transfer-encoding)$/i.test(name)) {
    throw new UsageError(`${flag} ${name}: the generator sets it by itself. Leave it out`);
  }
  return [name.toLowerCase(), value.trimEnd()];
};
