import type { IncomingMessage } from "node:http";
import { AppError } from "../errors.ts";

const slash = 0x2f;

/** The absolute form: its authority, and what follows up to a fragment. */
const absoluteForm = /^https?:\/\/([^/?#]*)([^#]*)/i;

/**
 * Leaves of a request's target the path and the query, which is what the routes know. A proxy's
 * client sends the whole URL (RFC 9112, section 3.2.2), a careless one its fragment too. Node and Koa
 * would take both to a parser that throws for a host which is none.
 *
 * @throws AppError `malformed-request` for a URL that is none of HTTP
 */
export function readTarget(request: IncomingMessage): void {
  const { url = "" } = request;
  if (url.charCodeAt(0) === slash) {
    if (url.includes("#")) request.url = url.slice(0, url.indexOf("#"));
  } else if (url !== "*") {
    request.url = pathOf(url);
  }
}

function pathOf(url: string): string {
  const [, authority = "", rest = ""] = absoluteForm.exec(url) ?? [];
  if (authority === "" || authority.includes("@") || !URL.canParse(`http://${authority}/`)) {
    const detail = `The request is for ${JSON.stringify(url)}, which is no path and no http URL. Send a path that begins with a slash.`;
    throw new AppError("malformed-request", detail);
  }
  return rest.startsWith("/") ? rest : `/${rest}`;
}
