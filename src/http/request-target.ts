import type { IncomingMessage } from "node:http";
import { AppError } from "../errors.ts";

const slash = 0x2f;

/** The absolute form of a target: the authority, then the path and query up to a fragment. */
const absoluteForm = /^https?:\/\/([^/?#]*)([^#]*)/i;

/**
 * Reduces the target of a request to its path and query, which the routes match. A client of a proxy
 * sends the whole URL (RFC 9112, section 3.2.2), a careless one the fragment too. The URL parser that
 * Koa would use throws for an invalid host.
 *
 * @throws AppError `malformed-request` for a target that is neither a path nor an HTTP URL
 */
export function readTarget(request: IncomingMessage): void {
  const { url = "" } = request;
  if (url.charCodeAt(0) === slash) {
    if (url.includes("#")) request.url = url.slice(0, url.indexOf("#"));
  } else if (url !== "*") {
    const { authority, path } = splitUrl(url);
    request.url = path;
    request.headers.host = authority; // It counts, and not the Host beside it.
  }
}

function splitUrl(url: string): { readonly authority: string; readonly path: string } {
  const [, authority = "", rest = ""] = absoluteForm.exec(url) ?? [];
  if (authority === "" || authority.includes("@") || !URL.canParse(`http://${authority}/`)) {
    const detail = `The target ${JSON.stringify(url)} is neither a path nor an http URL. Send a path that begins with a slash.`;
    throw new AppError("malformed-request", detail);
  }
  return { authority, path: rest.startsWith("/") ? rest : `/${rest}` };
}
