import { isServerVariable } from "../../src/config/config.ts";

/**
 * Forgets the server's environment variables. The servers that are measured differ by their flags
 * alone: a setting of the user's own would be in all of them.
 */
export function forgetServerVariables(): void {
  for (const name of Object.keys(process.env)) {
    if (isServerVariable(name)) delete process.env[name];
  }
}
