/** The process that checks a database (see integrity.ts): its only argument is the path. */
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { messageOf } from "../../../../errors.ts";
import { isDamage } from "../../codes.ts";
import type { Verdict } from "./integrity.ts";

process.send?.(verdictOn(process.argv[2] ?? ""), () => process.exit());

function verdictOn(path: string): Verdict {
  const url = pathToFileURL(path);
  // Without a lock, and without the log: the server has both.
  url.searchParams.set("immutable", "1");
  try {
    const db = new DatabaseSync(url, { readOnly: true });
    const [verdict] = Object.values(db.prepare("PRAGMA quick_check(1)").get() ?? {});
    return verdict === "ok" ? { kind: "sound" } : { kind: "damaged", detail: String(verdict) };
  } catch (error) {
    return { kind: isDamage(error) ? "damaged" : "unknown", detail: messageOf(error) };
  }
}
