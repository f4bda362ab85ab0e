import { isIP } from "node:net";
import type { GuardSettings } from "../../config/guard-settings.ts";
import { nameOfHost } from "../../config/host-names.ts";
import { isLoopbackAddress, isLoopbackHost, isLoopbackName } from "../../config/loopback.ts";
import { AppError } from "../../errors.ts";
import type { RequestCheck } from "./request-check.ts";

/**
 * Refuses a request whose Host is no name of this server. This keeps a page from reaching the server
 * under a name of the page's owner, who lets that name lead here (DNS rebinding). To the browser such a
 * page belongs to the server. On a loopback host only names of loopback and the allowed ones pass.
 * Elsewhere all pass, unless some names are listed: then these do, those of loopback, and addresses,
 * which no DNS has given.
 *
 * @throws AppError `foreign-host`
 */
export function createHostCheck({
  host,
  allowedHosts,
}: Pick<GuardSettings, "host" | "allowedHosts">): RequestCheck {
  const isOnLoopback = isLoopbackHost(host);
  if (allowedHosts.includes("any")) return () => {};
  if (!isOnLoopback && allowedHosts.length === 0) return () => {};
  const own = nameOfHost(host.includes(":") ? `[${host}]` : host);
  const isOwn = (name: string) =>
    isLoopbackName(name) ||
    isLoopbackAddress(name) ||
    (!isOnLoopback && (name === own || isIP(name) !== 0)) ||
    allowedHosts.some((allowed) => matches(allowed, name));
  /** Nearly every request has the one of the last. */
  let last: string | undefined;

  return ({ headers }) => {
    const sent = headers.host;
    // Only an HTTP/1.0 client leaves it out, and that is no browser.
    if (sent === undefined || sent === last) return;
    const name = nameOfHost(sent);
    if (name === undefined || !isOwn(name)) throw explainForeignHost(sent, name, isOnLoopback);
    last = sent;
  };
}

function matches(allowed: string, name: string): boolean {
  return allowed.startsWith("*.") ? name.endsWith(allowed.slice(1)) : allowed === name;
}

function explainForeignHost(sent: string, name = "NAME", isOnLoopback: boolean): AppError {
  const why = isOnLoopback
    ? "listens on loopback, for this machine only"
    : "has a list of its names";
  const detail = `The Host ${JSON.stringify(sent)} is no name of this server, which ${why}. If it is one, start the server with --allowed-hosts ${name}.`;
  return new AppError("foreign-host", detail);
}
