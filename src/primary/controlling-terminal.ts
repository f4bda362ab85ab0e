import { closeSync, constants, openSync } from "node:fs";

/** Whether this process belongs to a terminal, which sends it signals of its own. */
export function hasControllingTerminal(): boolean {
  if (process.platform === "win32") return true; // There SIGHUP comes from the closing window only.
  try {
    closeSync(openSync("/dev/tty", constants.O_RDONLY | constants.O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}
