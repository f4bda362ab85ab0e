import { readFileSync } from "node:fs";
import { messageOf } from "../errors.ts";
import type { ParsedConfig } from "./config.ts";
import { freeze } from "./resolve.ts";
import { isToken, type KeptToken, keepToken, secretToken } from "./token.ts";

/** Reads the files of `--token-file`. Never throws: what is wrong with one is an error. */
export function withTokenFiles(parsed: ParsedConfig): ParsedConfig {
  if (parsed.kind !== "serve" || parsed.config.tokenFiles.length === 0) return parsed;
  const { config } = parsed;
  const token: KeptToken[] = [...config.token];
  const errors: string[] = [];
  for (const file of config.tokenFiles) {
    try {
      token.push(...readTokenFile(file));
    } catch (error) {
      errors.push(`${config.setBy.tokenFiles} ${file}: ${messageOf(error)}`);
    }
  }
  if (errors.length > 0) return { kind: "errors", errors, logFormat: config.logFormat };
  return { ...parsed, config: freeze({ ...config, token }) };
}

/** @throws Error for the operator, without the text of any token */
function readTokenFile(file: string): KeptToken[] {
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  const tokens = lines.map((line) => line.trim());
  const wrong = tokens.findIndex((text) => text !== "" && !isToken(text));
  if (wrong !== -1) {
    throw new Error(`line ${wrong + 1} is no token. Use ${secretToken.allowed}, one a line`);
  }
  const kept = tokens.filter(Boolean).map(keepToken);
  if (kept.length > 0) return kept;
  throw new Error("there is no token in it. Write one: openssl rand -hex 32");
}
