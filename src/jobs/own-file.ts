import { closeSync, fchmodSync, openSync } from "node:fs";

/** Only the owner may read it: inputs and results of jobs may be secret. */
const ownersOnly = 0o600;

/**
 * Makes an empty file.
 *
 * @throws Error where the path exists already
 */
export function makeOwn(path: string): void {
  const file = openSync(path, "wx", ownersOnly);
  fchmodSync(file, ownersOnly); // The umask may have masked the owner's rights.
  closeSync(file);
}
