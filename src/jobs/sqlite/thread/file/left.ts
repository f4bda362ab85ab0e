import type { FileGuard } from "./guard.ts";
import { IntegrityCheck, type Verdict } from "./integrity.ts";

/**
 * Checks a file whose server was killed: what killed it may have harmed the file, too. The server
 * serves meanwhile. Until the check is done, writes stay in the log.
 *
 * @param onVerdict is told of what was found, unless the check is called off
 * @returns calls it off
 */
export function checkLeftFile(
  path: string,
  guard: Pick<FileGuard, "holdStill" | "letGo">,
  onVerdict: (verdict: Verdict) => void,
): () => void {
  guard.holdStill();
  const check = new IntegrityCheck(path, (verdict) => {
    const isCertain = guard.letGo();
    onVerdict(isCertain ? verdict : { kind: "unknown", detail: "it was written meanwhile" });
  });
  return () => check.stop();
}
