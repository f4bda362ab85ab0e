import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvents, type StreamEvent } from "../../src/client/event-source.ts";

/** A stream of these pieces. */
function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(pieces) as unknown as ReadableStream<Uint8Array>;
}

async function eventsOf(...texts: string[]): Promise<StreamEvent[]> {
  return Array.fromAsync(readEvents(streamOf(texts.map((text) => Buffer.from(text)))));
}

const plain = { name: "message", lastId: "", retryMs: undefined };

test.each([
  ["data: a\n\n", [{ ...plain, data: "a" }]],
  ["data:a\n\n", [{ ...plain, data: "a" }]],
  ["data:  a\n\n", [{ ...plain, data: " a" }]],
  ["data: a\ndata: b\n\n", [{ ...plain, data: "a\nb" }]],
  ["data\n\n", [{ ...plain, data: "" }]],
  ["event: state\nid: 7\ndata: a\n\n", [{ ...plain, name: "state", lastId: "7", data: "a" }]],
  ["retry: 20\nid: 1\n\ndata: a\n\n", [{ ...plain, lastId: "1", retryMs: 20, data: "a" }]],
  ["retry: soon\ndata: a\n\n", [{ ...plain, data: "a" }]],
  [": a comment\n\n:\n\ndata: a\n\n", [{ ...plain, data: "a" }]],
  ["event: state\n\ndata: a\n\n", [{ ...plain, data: "a" }]],
  ["data: a:b\n\n", [{ ...plain, data: "a:b" }]],
  [
    "data: a\r\rdata: b\r\n\r\n",
    [
      { ...plain, data: "a" },
      { ...plain, data: "b" },
    ],
  ],
  ["data: a\n\ndata: cut off\n", [{ ...plain, data: "a" }]],
  ["", []],
])("%j", async (text, events) => {
  expect(await eventsOf(text)).toEqual(events);
});

test("wherever a stream is cut into pieces, its events are the same", async () => {
  const text = "id: 1\r\ndata: grün €\r\n\r\ndata: 🙂\ndata: b\n\nevent: x\rdata: c\r\r";
  const whole = await eventsOf(text);
  expect(whole).toHaveLength(3);
  const bytes = new TextEncoder().encode(text);
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }));
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const ends = [...places.sort((a, b) => a - b), bytes.length];
      const pieces = ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
      expect(await Array.fromAsync(readEvents(streamOf(pieces)))).toEqual(whole);
    }),
  );
});

test("a reader that stops gives its connection back", async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => stream.enqueue(Buffer.from("data: a\n\n")),
    cancel: () => {
      isCancelled = true;
    },
  });
  for await (const { data } of readEvents(body)) {
    expect(data).toBe("a");
    break;
  }
  expect(isCancelled).toBe(true);
});
