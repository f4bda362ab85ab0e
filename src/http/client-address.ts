import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { all, compile } from "proxy-addr";
import type { TrustedProxies } from "../config/trusted-proxies.ts";

/**
 * The address of the client that sent a request; undefined if its connection has closed. Read it while
 * the request is under way.
 */
export type ClientAddress = (request: IncomingMessage) => string | undefined;

/** Longer chains are no proxies, but somebody who wants the server to read them. */
const mostHops = 32;

/**
 * The client is whoever connects. If that is a trusted proxy, it is the nearest address in
 * X-Forwarded-For that is not one, too. A client can forge what stands before that, so it is not read.
 */
export function clientAddressBehind(trust: TrustedProxies): ClientAddress {
  if (typeof trust !== "number" && trust.length === 0) return socketAddress;
  const isTrusted = trustedBy(trust);
  return (request) => {
    const address = socketAddress(request);
    if (address === undefined || request.headers["x-forwarded-for"] === undefined) return address;
    return nearestOf(all(request, isTrusted), address);
  };
}

/** @returns whether to believe a hop, counted from 0: the one that connects */
function trustedBy(trust: TrustedProxies): (address: string, hop: number) => boolean {
  if (typeof trust === "number") return (_, hop) => hop < trust;
  const isProxy = compile([...trust]);
  return (address, hop) => hop < mostHops && isProxy(plain(address), hop);
}

/** What is no address was forged, or hidden (`unknown`). Then the client is the proxy that passed it on. */
function nearestOf(hops: readonly string[], connected: string): string {
  for (let hop = hops.length - 1; hop > 0; hop--) {
    const address = plain(hops[hop] ?? "");
    if (isIP(address) !== 0) return address;
  }
  return connected;
}

function socketAddress({ socket }: IncomingMessage): string | undefined {
  const address = socket.remoteAddress;
  return address === undefined ? undefined : plain(address);
}

/** An IPv4 address as a socket for both families shows it. */
const mapped = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;
/** Some proxies add the port: `192.0.2.1:5678`, `[2001:db8::1]:5678`. */
const withPort = /^(?:\[(.+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/;

function plain(address: string): string {
  const [, ipv6, ipv4] = withPort.exec(address) ?? [];
  return (ipv6 ?? ipv4 ?? address).replace(mapped, "");
}
