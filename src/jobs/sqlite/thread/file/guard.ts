import { rmSync, truncateSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../../../errors.ts";
import { isDamage } from "../../codes.ts";
import { damaged, destroyed, detached, type Harm } from "./harm.ts";
import { logOf } from "./look.ts";
import { FileWatch, type Finding } from "./watch.ts";
import { WriteBack } from "./write-back.ts";

/**
 * Notices what others do to the queue's file while the server uses it, and limits the harm: it saves
 * what can be saved, and neither this server nor the next one writes into a file of others.
 */
export class FileGuard {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #watch: FileWatch;
  readonly #writeBack: WriteBack;
  #isDetached = false;
  #isMissed = false;
  #isLogless = false;
  #isStill = false;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    this.#watch = new FileWatch(path);
    this.#writeBack = new WriteBack(db);
  }

  /** @returns what happened to the file; undefined if nothing did, or if it was mended */
  look(): Harm | undefined {
    const finding = this.#watch.look();
    switch (finding) {
      case "unseen":
        return undefined;
      case "gone":
        return this.#miss("was deleted or moved");
      case "replaced":
        return this.#miss("was replaced by another file");
    }
    this.#isMissed = false;
    if (finding === "fine") return this.#isLogless ? this.#makeLog() : undefined;
    return finding === "log-gone" ? this.#makeLog() : this.#giveUp(finding);
  }

  /** Whether no path led to the file at the last look that could tell. */
  get isMissed(): boolean {
    return this.#isMissed;
  }

  /** @returns the harm that an error of SQLite shows; undefined if it is about something else */
  harmOf(error: unknown): Harm | undefined {
    const finding = this.#watch.look();
    if (isLoss(finding)) return this.#giveUp(finding);
    return isDamage(error) ? this.damaged(messageOf(error)) : undefined;
  }

  /** Parts of the file do not fit together. A write would do more harm. */
  damaged(finding: string): Harm {
    this.#freeze();
    return damaged(this.#path, finding);
  }

  /** From now on writes stay in the log, and the file itself does not change. */
  holdStill(): void {
    this.#isStill = true;
    this.#writeBack.hold();
  }

  /** @returns whether the file has stayed as it was since `holdStill` */
  letGo(): boolean {
    if (!this.#isDetached) this.#writeBack.letGo();
    return this.#isStill;
  }

  /** Whether the log is so long that it is to be written into the file. */
  get isLogLong(): boolean {
    return this.#writeBack.isDue;
  }

  /** Writes the log into the file, if it is long. Call it when answers have been sent. */
  writeBack(): void {
    this.#writeBack.step();
  }

  /** Closes the database. SQLite itself leaves the log alone where the file was moved. */
  close(): void {
    if (this.#isMissed && !this.#isDetached) this.look();
    if (this.#isDetached) tried(() => this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    this.#db.close();
    this.#watch.close();
  }

  /** The file may be back at once, after a short loss of its mount. The second look decides. */
  #miss(what: string): Harm {
    if (this.#isMissed) return this.#detach(what);
    this.#isMissed = true;
    return { ...detached(this.#path, what), mayPass: true };
  }

  /** Writes the log into the file that SQLite has open. The file that others put there gets none. */
  #detach(what: string): Harm {
    this.#isDetached = true;
    this.#isStill = false;
    this.#writeBack.hold();
    tried(() => {
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      if (this.#watch.isLogOwn()) rmSync(logOf(this.#path));
    });
    return detached(this.#path, what);
  }

  /** Writes the log into the file, and starts a new one. Without room on the disk there is none. */
  #makeLog(): undefined {
    this.#isStill = false;
    tried(() => {
      this.#db.exec("PRAGMA journal_mode = DELETE");
      this.#isLogless = true;
      this.#watch.forgetLog();
      this.#db.exec("PRAGMA journal_mode = WAL");
      this.#isLogless = false;
    });
    // The header says whether there is a log: SQLite has changed it, as far as it came.
    tried(() => this.#watch.accept());
  }

  /** SQLite writes the log into the file when it closes. An empty log does no more harm. */
  #giveUp(loss: Loss): Harm {
    this.#freeze();
    tried(() => {
      if (this.#watch.isLogOwn()) truncateSync(logOf(this.#path));
    });
    return destroyed(this.#path, losses[loss]);
  }

  /** Nothing is written any more, in whatever way. */
  #freeze(): void {
    this.#db.exec("PRAGMA query_only = ON");
  }
}

/** Ignores a failure, such as on a full disk: the harm is reported anyway. */
function tried(save: () => void): void {
  try {
    save();
  } catch {
    // A log that is gone is made at the next look.
  }
}

/** The file is not what SQLite wrote any more. */
const losses = {
  "cut-short": "was cut short",
  overwritten: "was overwritten",
  "log-cut-short": "lost its log, which was cut short,",
} as const;

type Loss = keyof typeof losses;

function isLoss(finding: Finding): finding is Loss {
  return Object.hasOwn(losses, finding);
}
