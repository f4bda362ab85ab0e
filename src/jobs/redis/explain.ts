import { messageOf } from "../../errors.ts";

/** What an error of Redis or of the way to it means: the start of a message or its code, and words. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, "nothing listens there. Start Redis, or correct the address in --queue"],
  [/ENOTFOUND|EAI_AGAIN/, "there is no such host. Correct the address in --queue, or look at DNS"],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/,
    "the host cannot be reached. Look at the network, a firewall, and the address in --queue; rediss://… needs a port that speaks TLS",
  ],
  [
    /timed out|Socket timeout/,
    "Redis does not answer. It may be overloaded or stopped, or the network is cut",
  ],
  [
    /NOAUTH|HELLO must be called with the client already authenticated/,
    "Redis wants a password. Set MANYCORE_QUEUE_PASSWORD or --queue-password-file",
  ],
  [
    /WRONGPASS|invalid password|invalid username-password/,
    "Redis refuses the user or the password. Correct MANYCORE_QUEUE_PASSWORD, --queue-password-file or --queue",
  ],
  [/NOPERM/, "the user of --queue may not do this. Give it the rights (ACL SETUSER)"],
  [/LOADING/, "Redis is reading its data. It answers when it is done"],
  [/MISCONF/, "Redis cannot write its data to its disk. Look at its log and at the disk"],
  [/\bOOM\b/, "Redis has no memory left (maxmemory). Raise it, or remove ended jobs"],
  [/READONLY/, "this server is a replica. Give --queue its master, or use redis+sentinel://…"],
  [/MASTERDOWN|CLUSTERDOWN|NOREPLICAS/, "the master is down. A replica has to take its place"],
  [/MOVED|CROSSSLOT/, "this Redis is a node of a cluster. Use redis+cluster://…"],
  [/cluster support disabled/, "this Redis is no cluster. Use redis://…"],
  [/DB index is out of range/, "Redis has no database of this number. Correct it in --queue"],
  [
    /All sentinels are unreachable/,
    "no Sentinel answers, or none knows a master of this name. Correct --queue, and add ?sentinelAuth=on where they want a password",
  ],
  [
    /WRONG_VERSION_NUMBER|wrong version number|packet length too long|EPROTO/,
    "this port does not speak TLS. Use redis://… instead of rediss://…",
  ],
  [
    /SELF_SIGNED|UNABLE_TO_|self-signed|unable to verify/,
    "its certificate is not trusted. Name the file of its authority in NODE_EXTRA_CA_CERTS",
  ],
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, "its certificate is not valid at this time. Renew it"],
  [/ALTNAME_INVALID/, "its certificate is for another name. Use that name in --queue"],
  [
    // ioredis does not say why it did not reach the nodes of a cluster.
    /Failed to refresh slots cache.*Connection is closed/,
    "no node of the cluster can be reached. Look at the network, and the addresses in --queue",
  ],
  [
    /ECONNRESET|EPIPE|Connection is closed|isn't writeable|isn't ready|max retries per request/i,
    "the connection ended. Redis was stopped, or the port wants TLS (rediss://…)",
  ],
];

/** Why Redis cannot be used, in words for the operator, with the remedy and the error itself. */
export function explainRedisError(error: unknown): string {
  const errors = inside(error);
  const text = errors.map((each) => `${codeOf(each)} ${messageOf(each)}`).join(" ");
  const [, meaning] = meanings.find(([pattern]) => pattern.test(text)) ?? [];
  const said = messageOf(errors.at(-1)) || codeOf(errors.at(-1));
  return meaning === undefined ? said : `${meaning} (${said})`;
}

/** Whether only the operator can end this: it is of no use to wait. */
export function isLasting(error: unknown): boolean {
  const lasting =
    /NOAUTH|WRONGPASS|NOPERM|out of range|cluster support disabled|WRONG_VERSION|ALTNAME|SELF_SIGNED/;
  return inside(error).some((each) => lasting.test(`${codeOf(each)} ${messageOf(each)}`));
}

/** The error, and what ioredis and Node wrap in it. The last one says most. */
function inside(error: unknown): unknown[] {
  const { lastNodeError, errors } = Object(error) as { lastNodeError?: unknown; errors?: unknown };
  const wrapped = Array.isArray(errors) ? errors[0] : lastNodeError;
  return wrapped === undefined ? [error] : [error, ...inside(wrapped)];
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "string" ? code : "";
}
