import type { Parsed } from "./kind.ts";

/** Where a Redis is, as the address of `--queue` says. Plain data: it crosses to threads. */
export interface RedisLocation {
  readonly kind: "redis";
  /** The address for people and the log: without its password. */
  readonly shown: string;
  /** One server; Sentinels, which know the server; or some nodes of a Redis Cluster. */
  readonly form: "server" | "sentinel" | "cluster";
  /** At least one. */
  readonly hosts: readonly RedisHost[];
  readonly isTls: boolean;
  /** null: Redis' user `default`. */
  readonly user: string | null;
  /** null: it asks for none. */
  readonly password: string | null;
  /** The number of the database: 0 in a cluster. */
  readonly db: number;
  /** What the Sentinels call the server; null without Sentinels. */
  readonly master: string | null;
  /** The Sentinels take the same user and password. */
  readonly hasSentinelPassword: boolean;
  /** Of the queue. All servers with this name at this Redis have the same jobs. */
  readonly name: string;
}

export interface RedisHost {
  /** A name or an address; of IPv6, without brackets. */
  readonly host: string;
  readonly port: number;
}

export const defaultQueueName = "manycore";

const scheme = /^(redis|rediss)(?:\+(sentinel|cluster))?:\/\//;
const mostDatabases = 65_535;

/** Whether a text is meant as the address of a Redis. */
export function isRedisUrl(text: string): boolean {
  return scheme.test(text);
}

/** The text without what may be a password in it: also of an address that is broken. */
export function shownUrl(text: string): string {
  const end = text.lastIndexOf("@");
  if (end === -1 || text.startsWith("sqlite:")) return text;
  const [start = ""] = /^[\w+.-]+:\/\//.exec(text) ?? [];
  const [user = ""] = /^[^:@/?#]*:/.exec(text.slice(start.length, end)) ?? [];
  return `${start}${user}***${text.slice(end)}`;
}

/**
 * Reads `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE][?name=NAME]`; with `+sentinel`,
 * `HOST[:PORT],HOST[:PORT]/MASTER[/DATABASE]`; with `+cluster`, `HOST[:PORT],HOST[:PORT]`. `rediss`
 * is the same with TLS.
 */
export function parseRedisUrl(text: string): Parsed<RedisLocation> {
  try {
    return { ok: true, value: readUrl(text) };
  } catch (error) {
    if (error instanceof BadUrl) return { ok: false, reason: error.message };
    throw error;
  }
}

/** What is wrong with an address, with the remedy. It has no part of the password. */
class BadUrl extends Error {}

function readUrl(text: string): RedisLocation {
  const [start = "", tls, kind] = scheme.exec(text) ?? [];
  const form = kind === "sentinel" || kind === "cluster" ? kind : "server";
  const rest = text.slice(start.length);
  const end = rest.lastIndexOf("@");
  const [, places = "", path = "", query = ""] =
    /^([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(rest.slice(end + 1)) ?? [];
  if (places === "") {
    throw new BadUrl("There is no host in it, as in redis://127.0.0.1:6379");
  }
  const hosts = places.split(",").map((place) => readHost(place, form));
  if (form === "server" && hosts.length > 1) {
    throw new BadUrl("Several hosts are redis+cluster://… or redis+sentinel://…");
  }
  return {
    ...{ kind: "redis", form, hosts, shown: shownUrl(text), isTls: tls === "rediss" },
    ...readUser(end === -1 ? null : rest.slice(0, end)),
    ...readPath(path, form),
    ...readQuery(query, form),
  };
}

const defaultPorts = { server: 6379, sentinel: 26_379, cluster: 6379 } as const;

function readHost(place: string, form: RedisLocation["form"]): RedisHost {
  const [whole, address, name = address, digits] =
    /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(place) ?? [];
  const port = digits === undefined ? defaultPorts[form] : Number(digits);
  if (whole === undefined || name === undefined || port < 1 || port > 65_535) {
    const quoted = JSON.stringify(place);
    throw new BadUrl(
      `${quoted} is no HOST:PORT; an IPv6 address stands in brackets, as [::1]:6379`,
    );
  }
  return { host: name, port };
}

function readUser(userinfo: string | null): Pick<RedisLocation, "user" | "password"> {
  if (userinfo === null) return { user: null, password: null };
  if (/[@/?#]/.test(userinfo)) {
    throw new BadUrl("In a password, write @ as %40, / as %2F, ? as %3F and # as %23");
  }
  const [user = "", ...password] = userinfo.split(":");
  return { user: decoded(user), password: decoded(password.join(":")) };
}

/** null for an empty text. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text) || null;
  } catch {
    throw new BadUrl("In a user or a password, write % as %25");
  }
}

function readPath(path: string, form: RedisLocation["form"]): Pick<RedisLocation, "db" | "master"> {
  const parts = path.split("/");
  const master = form === "sentinel" ? (parts.shift() ?? "") : null;
  if (master === "") {
    throw new BadUrl("After the Sentinels stands the name of their master, as in …:26379/mymaster");
  }
  const [database = "", ...more] = parts;
  const db = Number(database || 0);
  if (more.length > 0 || !/^\d*$/.test(database) || db > mostDatabases) {
    throw new BadUrl(`${JSON.stringify(parts.join("/"))} is no number of a database, such as 0`);
  }
  if (form === "cluster" && db > 0) throw new BadUrl("A cluster has database 0 only");
  return { db, master: master === null ? null : decoded(master) };
}

function readQuery(
  query: string,
  form: RedisLocation["form"],
): Pick<RedisLocation, "name" | "hasSentinelPassword"> {
  const {
    name = defaultQueueName,
    sentinelAuth = "off",
    ...others
  } = Object.fromEntries(new URLSearchParams(query));
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const known = form === "sentinel" ? "name and sentinelAuth are" : "name is";
    throw new BadUrl(`${JSON.stringify(unknown)} is unknown after the "?": ${known} known`);
  }
  // It stands in every key: {NAME} keeps them in one slot of a cluster.
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new BadUrl("name takes 1 to 64 letters, digits and . _ -");
  }
  const isOn = sentinelAuth === "on";
  if ((!isOn && sentinelAuth !== "off") || (isOn && form !== "sentinel")) {
    throw new BadUrl("sentinelAuth is on or off, with redis+sentinel://… only");
  }
  return { name, hasSentinelPassword: isOn };
}
