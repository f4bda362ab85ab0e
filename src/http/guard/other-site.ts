import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "../../errors.ts";
import type { RequestCheck } from "./request-check.ts";

/**
 * Refuses a request that a page of another site has sent: it would use the server through the browser
 * of somebody who reaches it.
 *
 * @param origins of the sites whose pages may (`--cors`); `*` for every one
 * @throws AppError `foreign-site`
 */
export function createSiteCheck(origins: readonly string[]): RequestCheck {
  if (origins.includes("*")) return () => {};
  return ({ method, headers }) => {
    const site = findOtherSite(headers);
    if (site === undefined || origins.includes(headers.origin ?? "")) return;
    if (method === "GET" && isFollowedLink(headers)) return;
    throw explainForeignSite(site, headers.origin);
  };
}

/**
 * The header which shows that a page of another site sent the request; undefined if none does.
 * Browsers set these headers, and a page cannot change them. They send `Sec-Fetch-Site` only to
 * addresses they trust (https, localhost), and `Origin` with every POST.
 */
function findOtherSite(headers: IncomingHttpHeaders): string | undefined {
  const { "sec-fetch-site": site, origin, host } = headers;
  if (site === "same-origin" || site === "none") return undefined;
  if (site !== undefined) return `Sec-Fetch-Site: ${site}`;
  if (origin === undefined || isOriginOf(origin, host)) return undefined;
  return `Origin: ${origin}`;
}

/**
 * The origin of a page in a sandbox is `null`: it belongs to no host. Neither does a page of a file, or
 * of an app with a scheme of its own (`file://`, `capacitor://localhost`).
 */
function isOriginOf(origin: string, host: string | undefined): boolean {
  const page = URL.parse(origin);
  if (!page || !host || !/^https?:$/.test(page.protocol)) return false;
  // The parser knows a host by all ways to write it: in upper case, with the default port.
  return URL.parse(`${page.protocol}//${host}`)?.host === page.host;
}

/** Somebody has followed a link of another site: the answer fills the window, and no page sees it. */
function isFollowedLink(headers: IncomingHttpHeaders): boolean {
  const { "sec-fetch-mode": mode, "sec-fetch-dest": dest, "sec-purpose": purpose } = headers;
  return mode === "navigate" && dest === "document" && purpose === undefined; // No prefetch.
}

function explainForeignSite(site: string, origin = "ORIGIN"): AppError {
  const which = origin === "null" ? "ORIGIN" : origin;
  const detail = `The request came from a page of another site (${site}). Only pages of this server may send it. Start the server with --cors ${which} to let in those of that site.`;
  return new AppError("foreign-site", detail);
}
