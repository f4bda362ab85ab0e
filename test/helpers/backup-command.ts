import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { serverCommand } from "./server-process.ts";

export interface BackupEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `manycore backup`, in a process of its own. */
export class BackupCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<BackupEnd>;

  /** @param path of the queue's file */
  constructor(path: string, ...args: readonly string[]) {
    const [program, entry] = serverCommand;
    const flags = ["backup", "--queue", `sqlite:${path}`, ...args];
    this.child = spawn(program, [entry, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      this.child[name]?.setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    this.ended = once(this.child, "close").then(([code]) => ({ code, ...texts }));
  }
}

export function backUpBy(path: string, ...args: readonly string[]): Promise<BackupEnd> {
  return new BackupCommand(path, ...args).ended;
}
