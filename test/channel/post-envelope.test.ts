import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { expect, test } from "vitest";
import { postEnvelope } from "../../src/channel/post-envelope.ts";

test("a piece crosses to a thread without the rest of its buffer, and the whole stays", async () => {
  const { port1, port2 } = new MessageChannel();
  const whole = new Uint8Array([1, 2, 3, 4]);
  const note = { name: "note", args: {} };
  const sent = Promise.withResolvers<void>();
  let isSent = false;
  const envelope = {
    service: "queue",
    items: [note, { answer: 1, name: "bytes", piece: whole.subarray(1, 3), of: 4 }],
  };
  postEnvelope(port1, envelope, () => {
    isSent = true;
    sent.resolve();
  });
  expect(isSent).toBe(false);
  const [arrived] = await once(port2, "message");
  expect(arrived.items[0]).toEqual(note);
  expect(arrived.items[1].piece).toEqual(new Uint8Array([2, 3]));
  expect(arrived.items[1].piece.buffer.byteLength).toBe(2);
  expect(whole).toEqual(new Uint8Array([1, 2, 3, 4]));
  await sent.promise;
  port1.close();
});
