import { type ChildProcess, fork } from "node:child_process";
import { setPriority } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** The file is sound, it is damaged, or nobody knows (for this reason). */
export type Verdict =
  | { readonly kind: "sound" }
  | { readonly kind: "damaged" | "unknown"; readonly detail: string };

/** It has time: the server comes first. */
const nice = 19;

/**
 * Reads a whole database and checks whether its parts fit together. It runs in its own process: one
 * long call of SQLite can be stopped in no other way. It reads the file as it is on the disk, without
 * the log, so nobody may write into the file meanwhile.
 */
export class IntegrityCheck {
  readonly #child: ChildProcess;
  #onDone: (verdict: Verdict) => void;

  constructor(path: string, onDone: (verdict: Verdict) => void) {
    const script = new URL(`./integrity-process${extname(import.meta.url)}`, import.meta.url);
    this.#onDone = onDone;
    this.#child = fork(fileURLToPath(script), [path], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: [], // It would want the port of the inspector, too.
      // Under `node --watch` it would send the names of its modules before its verdict.
      env: { ...process.env, WATCH_REPORT_DEPENDENCIES: undefined },
    });
    this.#child.on("message", (verdict) => this.#done(verdict as Verdict));
    this.#child.on("error", ({ message }) => this.#done({ kind: "unknown", detail: message }));
    this.#child.on("exit", (code, signal) => {
      this.#done({ kind: "unknown", detail: `the check ended with ${signal ?? code}` });
    });
    this.#giveWay();
  }

  stop(): void {
    this.#onDone = () => {};
    this.#child.kill("SIGKILL");
  }

  #done(verdict: Verdict): void {
    const onDone = this.#onDone;
    this.#onDone = () => {};
    onDone(verdict);
  }

  #giveWay(): void {
    try {
      if (this.#child.pid !== undefined) setPriority(this.#child.pid, nice);
    } catch {
      // It has ended already, or this system has no such thing: then it takes its share.
    }
  }
}
