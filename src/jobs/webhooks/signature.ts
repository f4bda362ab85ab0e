/** Signatures as in Standard Webhooks 1.0 (standardwebhooks.com): symmetric, with HMAC-SHA256. */
import { createHmac } from "node:crypto";

const prefix = "whsec_";

/** Bounds of the specification for a key. */
const [minKeyBytes, maxKeyBytes] = [24, 64];

/** What makes a secret, as a user types it. */
export const makeSecretCommand = `node -p "'${prefix}' + crypto.randomBytes(32).toString('base64')"`;

/** A command that makes a secret, in a sentence. */
const remedy = `Make a secret with: ${makeSecretCommand}`;

/**
 * Reads the secrets from a text, in which spaces or line feeds separate them.
 *
 * @returns their keys, in the same order
 * @throws Error for the operator; it does not hold the secret
 */
export function readSecrets(text: string): Uint8Array[] {
  return text.split(/\s+/).filter(Boolean).map(keyOf);
}

function keyOf(secret: string): Uint8Array {
  const encoded = secret.slice(prefix.length);
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded);
  if (!secret.startsWith(prefix) || !isBase64) {
    throw new Error(`A secret for webhooks is ${prefix} and then base64. ${remedy}`);
  }
  const key = Buffer.from(encoded, "base64");
  if (key.length < minKeyBytes || key.length > maxKeyBytes) {
    const bounds = `${minKeyBytes} to ${maxKeyBytes} bytes`;
    throw new Error(`A secret for webhooks has ${bounds}, not ${key.length}. ${remedy}`);
  }
  return key;
}

/** What is signed. */
export interface SignedContent {
  /** Of the event: the same each time that it is sent. Without a full stop. */
  readonly id: string;
  /** When this attempt is sent, in seconds since 1970. A receiver refuses one that is old. */
  readonly sentAtSeconds: number;
  readonly body: string;
}

/** The headers that carry the signature: one of each key, so that keys can be changed. */
export function signatureHeaders(
  keys: readonly Uint8Array[],
  content: SignedContent,
): Record<string, string> {
  return {
    "webhook-id": content.id,
    "webhook-timestamp": String(content.sentAtSeconds),
    "webhook-signature": keys.map((key) => sign(key, content)).join(" "),
  };
}

function sign(key: Uint8Array, { id, sentAtSeconds, body }: SignedContent): string {
  const mac = createHmac("sha256", key).update(`${id}.${sentAtSeconds}.${body}`);
  return `v1,${mac.digest("base64")}`;
}
