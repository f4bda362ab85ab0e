import { connect, type Socket } from "node:net";
import {
  type BackupNews,
  backUpRequest,
  controlSocketOf,
  onLines,
  shortAddressOf,
} from "./control-socket.ts";
import { BackupFailed } from "./failed.ts";

/**
 * Asks the server that has the queue's file open for a copy.
 *
 * @param path of the queue's file
 * @param onProgress takes pages
 * @param take is called with the path of the copy, and moves it away
 * @throws BackupFailed where the server cannot be reached, or cannot make the copy
 */
export async function askServer(
  path: string,
  onProgress: (done: number, total: number) => void,
  take: (copy: string) => Promise<void>,
): Promise<void> {
  const copied = Promise.withResolvers<string>();
  const connection = connecting(controlSocketOf(path));
  connection.on("error", (error) => copied.reject(unreachable(path, error)));
  connection.on("close", () => copied.reject(new BackupFailed(`The server of ${path} has ended`)));
  onLines(connection, (line) => {
    const news = newsOf(line);
    if (news.kind === "progress") onProgress(news.done, news.total);
    else if (news.kind === "copied") copied.resolve(news.path);
    else copied.reject(new BackupFailed(`The server cannot copy ${path}: ${news.message}`));
  });
  connection.write(`${backUpRequest}\n`);
  try {
    await take(await copied.promise);
  } finally {
    // The server may make the next backup now.
    connection.destroy();
  }
}

function newsOf(line: string): BackupNews {
  try {
    return JSON.parse(line) as BackupNews;
  } catch {
    return { kind: "failed", message: "its answer cannot be read" };
  }
}

/** It connects at once, so that the address is needed no more after that. */
function connecting(socket: string): Socket {
  using short = shortAddressOf(socket);
  return connect(short.address);
}

function unreachable(path: string, error: NodeJS.ErrnoException): BackupFailed {
  const { code } = error;
  if (code === "EACCES" || code === "EPERM") {
    const remedy = "Run this as the user of that server.";
    return new BackupFailed(
      `The queue's file ${path} is served by another user's server. ${remedy}`,
    );
  }
  const why = "a server or another program has it open, and does not answer";
  const remedy = "Stop it, and try again.";
  return new BackupFailed(`The queue's file ${path}: ${why} (${error.message}). ${remedy}`);
}
