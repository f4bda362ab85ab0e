import type { IncomingHttpHeaders } from "node:http";

/**
 * The header which shows that a page of another site sent the request; undefined if none does.
 * Browsers set these headers, and a page cannot change them. They send `Sec-Fetch-Site` only to
 * addresses they trust (https, localhost), and `Origin` with every POST.
 */
export function findOtherSite(headers: IncomingHttpHeaders): string | undefined {
  const { "sec-fetch-site": site, origin, host } = headers;
  if (site === "same-origin" || site === "none") return undefined;
  if (site !== undefined) return `Sec-Fetch-Site: ${site}`;
  if (origin === undefined || isOriginOf(origin, host)) return undefined;
  return `Origin: ${origin}`;
}

/** The origin of a page in a sandbox is `null`: it belongs to no host. */
function isOriginOf(origin: string, host: string | undefined): boolean {
  const page = URL.parse(origin);
  if (!page || !host) return false;
  // The parser knows a host by all ways to write it: in upper case, with the default port.
  return URL.parse(`${page.protocol}//${host}`)?.host === page.host;
}
