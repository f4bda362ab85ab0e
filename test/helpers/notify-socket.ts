import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Folder } from "./embedded-queue.ts";

const script = fileURLToPath(new URL("datagrams.py", import.meta.url));

/** A socket as systemd gives it to a service (NOTIFY_SOCKET), and what came there. Needs python3. */
export class NotifySocket implements AsyncDisposable {
  readonly #folder = new Folder();
  readonly path = this.#folder.file("notify");
  /** Each notification as its lines, the oldest first. */
  readonly received: string[][] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor() {
    this.#child = spawn("python3", [script, this.path], { stdio: ["ignore", "pipe", "inherit"] });
    this.#ended = once(this.#child, "close");
    const { stdout } = this.#child;
    if (!stdout) throw new Error("python3 has no output");
    createInterface({ input: stdout }).on("line", (line) => {
      this.received.push((JSON.parse(line) as string).split("\n"));
      this.#child.emit("received");
    });
  }

  static async open(): Promise<NotifySocket> {
    const socket = new NotifySocket();
    await socket.until(() => socket.received.length > 0);
    socket.received.length = 0; // It said that it is there.
    return socket;
  }

  /** Resolves when it is so; looks after each notification. */
  async until(isSo: () => boolean): Promise<void> {
    const ended = this.#ended.then(() => "ended" as const);
    while (!isSo()) {
      const news = await Promise.race([once(this.#child, "received"), ended]);
      if (news === "ended") throw new Error(`python3 has ended: ${JSON.stringify(this.received)}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
    this.#folder[Symbol.dispose]();
  }
}
