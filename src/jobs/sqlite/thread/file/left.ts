import { statSync } from "node:fs";
import type { FileGuard } from "./guard.ts";
import { IntegrityCheck, type Verdict } from "./integrity.ts";
import { logKeptBytes, logOf } from "./look.ts";

export interface LeftFileOptions {
  readonly path: string;
  readonly guard: Pick<FileGuard, "holdStill" | "letGo">;
  /** Is told of what was found, unless the check is called off. */
  readonly onVerdict: (verdict: Verdict) => void;
  /** With a longer log the check ends without a verdict. */
  readonly mostLogBytes?: number;
  /** How often the log is looked at. */
  readonly lookMs?: number;
}

/**
 * Checks a file whose server was killed: what killed it may have harmed the file, too. The server
 * serves meanwhile. Until the check is done, writes stay in the log; so the check ends where the log
 * becomes too long.
 *
 * @returns calls it off
 */
export function checkLeftFile({
  path,
  guard,
  onVerdict,
  mostLogBytes = logKeptBytes,
  lookMs = 1000,
}: LeftFileOptions): () => void {
  guard.holdStill();
  const end = (verdict: Verdict) => {
    clearInterval(looking);
    const isCertain = guard.letGo();
    onVerdict(isCertain ? verdict : { kind: "unknown", detail: "it was written meanwhile" });
  };
  const check = new IntegrityCheck(path, end);
  const looking = setInterval(() => {
    if (logBytes(path) <= mostLogBytes) return;
    check.stop();
    end({ kind: "unknown", detail: `its log grew past ${mostLogBytes / 1024 ** 2} MB first` });
  }, lookMs);
  return () => {
    clearInterval(looking);
    check.stop();
  };
}

/** 0 where it is gone, or cannot be seen: the guard sees to that. */
function logBytes(path: string): number {
  try {
    return statSync(logOf(path)).size;
  } catch {
    return 0;
  }
}
