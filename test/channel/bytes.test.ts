import { deserialize, serialize } from "node:v8";
import { expect, test } from "vitest";
import { Channel } from "../../src/channel/channel.ts";
import { isObject, isSentBytes, isText } from "../../src/channel/checks.ts";
import type { Side } from "../../src/channel/contract.ts";
import type { Envelope } from "../../src/channel/envelope.ts";
import { fromWire, serviceOf, toWire } from "../../src/channel/wire.ts";

const nobody = { calls: {}, notes: {} } satisfies Side;
const archive = {
  calls: {
    keep: { args: { name: isText, bytes: isSentBytes }, answer: isObject<{ length: number }> },
    read: { args: { name: isText }, answer: isObject<{ bytes: Uint8Array }> },
  },
  notes: {},
} satisfies Side;

/** A writer and an archive, with a wire between them; every message waits for the next turn. */
function makePair(mostBytes: number) {
  const kept = new Map<string, Buffer>();
  const sizes: number[] = [];
  const carry = (to: () => { take(envelope: Envelope): void }) => {
    return (envelope: Envelope, onSent?: () => void) => {
      const message = serialize(toWire(envelope));
      sizes.push(message.length);
      setImmediate(() => {
        to().take(fromWire(deserialize(message)) as Envelope);
        onSent?.();
      });
    };
  };
  const server: Channel<typeof archive, typeof nobody> = new Channel({
    ...{ service: "queue", mine: archive, theirs: nobody, notes: {}, inPieces: true, mostBytes },
    send: carry(() => client),
    calls: {
      keep: ({ name, bytes }) => {
        const all = Buffer.concat(server.takeBytes(bytes) ?? []);
        kept.set(name, all);
        return { length: all.length };
      },
      read: ({ name }) => ({ bytes: kept.get(name) ?? new Uint8Array(0) }),
    },
  });
  const client: Channel<typeof nobody, typeof archive> = new Channel({
    ...{ service: "queue", mine: nobody, theirs: archive, notes: {}, calls: {}, inPieces: true },
    send: carry(() => server),
  });
  return { client, server, sizes };
}

const photo = Uint8Array.from({ length: 1_000_003 }, (_, at) => (at * 31) % 251);

test("bytes arrive whole, in pieces, and go back the same way", async () => {
  const { client, sizes } = makePair(2_000_000);
  const bytes = await client.sendBytes(photo);
  expect(await client.call("keep", { name: "photo", bytes })).toEqual({ length: photo.length });
  const answer = await client.call("read", { name: "photo" });
  expect(Buffer.compare(answer.bytes, photo)).toBe(0);
  // In a buffer of their own, which can be moved to a thread.
  expect(answer.bytes.byteLength).toBe(answer.bytes.buffer.byteLength);
  expect(Math.max(...sizes)).toBeLessThan(200_000);
  expect(sizes.length).toBeGreaterThan(14);
});

test("a short message passes between the pieces", async () => {
  const { client } = makePair(2_000_000);
  const order: string[] = [];
  const sending = client.sendBytes(photo).then(() => order.push("bytes"));
  await client.call("read", { name: "nothing" }).then(() => order.push("short"));
  await sending;
  expect(order).toEqual(["short", "bytes"]);
});

test("no bytes at all are bytes, too", async () => {
  const { client } = makePair(1000);
  const bytes = await client.sendBytes(new Uint8Array(0));
  expect(await client.call("keep", { name: "empty", bytes })).toEqual({ length: 0 });
  expect((await client.call("read", { name: "empty" })).bytes).toHaveLength(0);
});

test("bytes beyond the limit are not kept, and those that are taken count no more", async () => {
  const { client } = makePair(photo.length);
  for (const name of ["one", "two"]) {
    const bytes = await client.sendBytes(photo);
    expect(await client.call("keep", { name, bytes })).toEqual({ length: photo.length });
  }
  const first = await client.sendBytes(photo);
  const second = await client.sendBytes(photo);
  expect(await client.call("keep", { name: "over", bytes: second })).toEqual({ length: 0 });
  expect(await client.call("keep", { name: "fits", bytes: first })).toEqual({
    length: photo.length,
  });
});

test("bytes of which a part did not fit are not taken for the whole", async () => {
  const { client } = makePair(photo.length - 1);
  const bytes = await client.sendBytes(photo);
  expect(await client.call("keep", { name: "part", bytes })).toEqual({ length: 0 });
});

test("bytes are taken once", async () => {
  const { client, server } = makePair(photo.length);
  const bytes = await client.sendBytes(photo);
  expect(server.takeBytes(bytes)).toHaveLength(8);
  expect(server.takeBytes(bytes)).toBeUndefined();
});

test("a closed channel sends no bytes", async () => {
  const { client } = makePair(1000);
  client.close(new Error("gone"));
  await expect(client.sendBytes(photo)).rejects.toThrow("gone");
});

test("an envelope without bytes goes as text, and what is no envelope is refused", () => {
  const envelope = { service: "queue", items: [{ name: "ready", args: { text: "\u2028ü" } }] };
  expect(toWire(envelope)).toEqual({ service: "queue", text: JSON.stringify(envelope.items) });
  expect(fromWire(toWire(envelope))).toEqual(envelope);
  for (const forged of [
    null,
    7,
    {},
    { service: "queue", text: "[" },
    { service: "q", text: "7" },
  ]) {
    expect(fromWire(forged)).toBeUndefined();
  }
  expect(serviceOf(toWire(envelope))).toBe("queue");
  expect(serviceOf("queue")).toBeUndefined();
});
