import { readFileSync } from "node:fs";
import { messageOf } from "../errors.ts";
import type { ParsedConfig } from "./config.ts";
import { type Config, withChanged } from "./resolve.ts";

/**
 * Holds the password of the queue's Redis, as it is: without escapes. It is no option: what is typed
 * after a flag can be read by every user of the machine (ps).
 */
export const queuePasswordVariable = "MANYCORE_QUEUE_PASSWORD";

const places = `${queuePasswordVariable}, or a file with --queue-password-file`;

/**
 * Adds the password of the variable or of the file to the queue's address. Never throws: what is
 * wrong is an error.
 *
 * @param held what the variable holds
 */
export function withQueuePassword(parsed: ParsedConfig, held = ""): ParsedConfig {
  if (parsed.kind !== "serve") return parsed;
  const { config } = parsed;
  const { queue, queuePasswordFile: file } = config;
  const hasFile = file !== "none";
  if (queue.kind !== "redis") {
    if (held === "" && !hasFile) return parsed;
    const idle = hasFile ? config.setBy.queuePasswordFile : queuePasswordVariable;
    return {
      ...parsed,
      warnings: [...parsed.warnings, `${idle} does nothing: --queue is no Redis`],
    };
  }
  const inUrl = queue.password !== null;
  if ([inUrl, held !== "", hasFile].filter(Boolean).length > 1) {
    return wrong(config, `The password of the queue is given twice. Leave it to one of: ${places}`);
  }
  try {
    const password = hasFile ? readPassword(file) : held || queue.password;
    if (queue.user !== null && password === null) {
      return wrong(config, `--queue has a user without a password. Set ${places}`);
    }
    return {
      ...parsed,
      config: withChanged(config, { queue: { ...queue, password } }),
      warnings: [...parsed.warnings, ...leakWarnings(config, inUrl)],
    };
  } catch (error) {
    return wrong(config, `${config.setBy.queuePasswordFile} ${file}: ${messageOf(error)}`);
  }
}

function leakWarnings({ setBy }: Config, inUrl: boolean): string[] {
  if (!inUrl || setBy.queue?.startsWith("-") !== true) return [];
  return [
    `The password in ${setBy.queue} can be read by every user of this machine (ps). Set ${places}`,
  ];
}

/** @throws Error for the operator, without any text of the file */
function readPassword(file: string): string {
  const [line = ""] = readFileSync(file, "utf8").split(/\r?\n/);
  if (line === "") throw new Error("its first line is empty: it has to hold the password");
  return line;
}

function wrong({ logFormat }: Config, error: string): ParsedConfig {
  return { kind: "errors", errors: [error], logFormat };
}
