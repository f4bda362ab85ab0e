import { closeSync, openSync } from "node:fs";
import { identityOf } from "../thread/file/identity.ts";
import { BackupFailed } from "./failed.ts";

/** A finished copy that is being checked and moved. Dispose it after that. */
export interface HeldCopy extends Disposable {
  readonly path: string;
  /**
   * Whether this path leads to the copy that is held. A server that starts meanwhile removes the copy,
   * and the next backup puts its own there.
   *
   * @throws BackupFailed where it does not
   */
  requireSame(path: string): void;
}

export function holdCopy(path: string): HeldCopy {
  // While it is open, no other file gets its number.
  const file = openSync(path, "r");
  const id = identityOf(path)?.id;
  return {
    path,
    requireSame: (other) => {
      if (id !== undefined && identityOf(other)?.id === id) return;
      throw new BackupFailed("The copy was removed while it was checked: a server was started.");
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
