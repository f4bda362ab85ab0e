import { isServerVariable } from "../../src/config/config.ts";

/**
 * Deletes the server's environment variables. The measured servers must differ by their flags
 * alone; a user's own setting would apply to all of them.
 */
export function forgetServerVariables(): void {
  for (const name of Object.keys(process.env)) {
    if (isServerVariable(name)) delete process.env[name];
  }
}
