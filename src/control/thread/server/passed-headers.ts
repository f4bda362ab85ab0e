import type { IncomingHttpHeaders } from "node:http";

/** Of one connection (RFC 9110, section 7.6.1), and not of what is passed on. */
const ofConnection = new Set([
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"],
  ...["upgrade", "proxy-authenticate", "proxy-authorization"],
]);

/** What a browser says of the page. Control has checked it; to the server, control is the client. */
const ofPage = new Set(["host", "origin", "referer", "cookie", "expect"]);

/** What control says itself, or what only the server's own address may say to a browser. */
const ofServer = new Set(["set-cookie", "content-security-policy", "alt-svc", "date"]);

/**
 * The headers of a request, without those that are not for the server. `Authorization` is.
 *
 * @param hasBody whether its body is passed on, too
 */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  hasBody: boolean,
): IncomingHttpHeaders {
  const isOfBody = (name: string) => !hasBody && name.startsWith("content-");
  return without(headers, (name) => ofPage.has(name) || name.startsWith("sec-") || isOfBody(name));
}

/** The headers of an answer, without those that are not for the client of control. */
export function answerHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return without(headers, (name) => ofServer.has(name) || name.startsWith("access-control-"));
}

function without(
  headers: IncomingHttpHeaders,
  isLeftOut: (name: string) => boolean,
): IncomingHttpHeaders {
  const named = new Set((headers.connection ?? "").split(",").map((name) => name.trim()));
  const kept = Object.entries(headers).filter(
    ([name]) => !(ofConnection.has(name) || named.has(name) || isLeftOut(name)),
  );
  return Object.fromEntries(kept);
}
