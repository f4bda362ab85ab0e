import { setText } from "../dom.ts";
import type { Connection, Stream } from "../net/stream.ts";

/** After so long without an answer, the server is taken for stopped. */
const goneMs = 10_000;

/** Says how the page and the server are connected. */
export function showConnection(stream: Stream, node: HTMLElement): void {
  let gone: number | undefined;
  stream.onConnection((connection) => {
    clearTimeout(gone);
    const show = (kind: string, text: string) => {
      node.dataset["kind"] = kind;
      setText(node, text);
    };
    show(connection.kind, textOf(connection));
    if (connection.kind !== "lost") return;
    gone = setTimeout(() => show("gone", goneText(connection.sinceMs)), goneMs);
  });
}

function textOf({ kind }: Connection): string {
  switch (kind) {
    case "connecting":
      return "Connecting …";
    case "connected":
      return "Live";
    case "resting":
      return "Asleep while hidden";
    case "lost":
      return "Connection lost. Trying again …";
  }
}

function goneText(sinceMs: number): string {
  const time = new Date(sinceMs).toLocaleTimeString();
  return `No server since ${time}. This page goes on by itself when it is back.`;
}
