/** A URL's host name as sockets take it: an IPv6 address stands in brackets only in a URL. */
export function unbracket(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
