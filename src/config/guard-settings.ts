import type { Config } from "./config.ts";
import { isLoopbackHost } from "./loopback.ts";
import { fewCharacters } from "./token.ts";

export interface GuardSettings {
  /** What the server listens on, as it was typed. */
  readonly host: string;
  /** More names of it: NAME, *.NAME, an address, or any. In lower case. */
  readonly allowedHosts: readonly string[];
  /** The SHA-256 of each token that is taken, in hexadecimal digits. Without any, none is asked for. */
  readonly tokens: readonly string[];
  /** Origins of the sites whose pages may use the server; `*` for every one. */
  readonly cors: readonly string[];
}

/** The settings of a configuration. */
export function guardSettings({
  host,
  token,
  allowedHosts,
  cors,
}: Pick<Config, "host" | "token" | "allowedHosts" | "cors">): GuardSettings {
  return { host, allowedHosts, cors, tokens: token.map(({ digest }) => digest) };
}

/** Says which setting helps less than its user may think. */
export function guardWarnings({ token }: Pick<Config, "token">): string[] {
  if (!token.some(({ isShort }) => isShort)) return [];
  return [
    `A token of fewer than ${fewCharacters} characters can be guessed. Make one: openssl rand -hex 32`,
  ];
}

/** Whether others could do what only an operator should, and no token tells who is one. */
export function isClosedWithoutToken({
  host,
  tokens,
}: Pick<GuardSettings, "host" | "tokens">): boolean {
  return tokens.length === 0 && !isLoopbackHost(host);
}
