import { readFileSync } from "node:fs";
import { webhookSecretVariable } from "../../config/webhook-hosts.ts";
import { messageOf } from "../../errors.ts";
import { makeSecretCommand, readSecrets } from "./signature.ts";

/**
 * Reads the secrets that sign webhooks: from the files, then those of the variable.
 *
 * @param held what the variable holds
 * @returns their keys, at least one
 * @throws Error for the operator: no secret, one that cannot be used, or a file that cannot be read
 */
export function findSecrets(files: readonly string[], held = ""): Uint8Array[] {
  const keys = [
    ...files.flatMap((file) => named(`--webhook-secret-file ${file}`, () => readSecretFile(file))),
    ...named(webhookSecretVariable, () => readSecrets(held)),
  ];
  if (keys.length > 0) return keys;
  throw new Error(
    "--webhooks needs a secret: without a signature nobody could tell a webhook from a forgery. " +
      `Make one with: ${makeSecretCommand} > webhook-secret ` +
      "and start with --webhook-secret-file webhook-secret",
  );
}

function readSecretFile(file: string): Uint8Array[] {
  const keys = readSecrets(readFileSync(file, "utf8"));
  if (keys.length === 0) throw new Error("There is no secret in it");
  return keys;
}

function named<Value>(source: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Error(`${source}: ${messageOf(error)}`, { cause: error });
  }
}
