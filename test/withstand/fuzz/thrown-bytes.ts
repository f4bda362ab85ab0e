import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { RawConversation } from "./raw-bytes.ts";

/** Longest wait for the server to close after the client has ended. */
const patienceMs = 120_000;

/**
 * Throws bytes at a server over a connection of its own, and leaves.
 *
 * @returns what the server answered, up to the end of the connection
 * @throws Error where the server does not close
 */
export async function throwBytes(
  url: string,
  { pieces, leaves }: RawConversation,
): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  let received = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    received += text;
  });
  socket.on("error", () => {}); // A reset is one way for a server to close.
  await Promise.race([once(socket, "connect"), closed]);
  for (const piece of pieces) {
    socket.write(piece);
    await nextTurn(); // So that the pieces are packets of their own.
  }
  if (leaves === "end") socket.end();
  else if (leaves === "destroy") socket.destroy();
  else socket.resetAndDestroy();
  const late = setTimeout(() => socket.destroy(new Error("late")), patienceMs);
  let isLate = false;
  socket.once("error", ({ message }) => {
    isLate = message === "late";
  });
  await closed;
  clearTimeout(late);
  if (isLate) {
    const sent = JSON.stringify(pieces.map(String)).slice(0, 2000);
    throw new Error(`The server did not close after ${sent}. It answered ${statusesOf(received)}`);
  }
  return received;
}

/** The statuses of all answers in the bytes of a connection. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
