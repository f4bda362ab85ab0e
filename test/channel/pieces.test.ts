import { expect, test } from "vitest";
import { Channel } from "../../src/channel/channel.ts";
import { isObject, isText } from "../../src/channel/checks.ts";
import type { Side } from "../../src/channel/contract.ts";
import type { Envelope } from "../../src/channel/envelope.ts";

const nobody = { calls: {}, notes: {} } satisfies Side;
const library = {
  calls: { read: { args: { name: isText }, answer: isObject<{ text?: string; pages: number }> } },
  notes: {},
} satisfies Side;

interface Message {
  readonly envelope: Envelope;
  readonly onSent: (() => void) | undefined;
}

/** A reader and a library, with the messages between them in the test's hand. */
function makePair(texts: Readonly<Record<string, string>>) {
  const messages: Message[] = [];
  const shelf = new Channel({
    ...{ service: "queue", mine: library, theirs: nobody, notes: {}, inPieces: true },
    send: (envelope, onSent) => messages.push({ envelope, onSent }),
    calls: { read: async ({ name }) => ({ text: texts[name] ?? "", pages: 3 }) },
  });
  const reader = new Channel({
    ...{ service: "queue", mine: nobody, theirs: library, notes: {}, calls: {} },
    send: (envelope) => shelf.take(envelope),
  });
  return { reader, messages };
}

/** Resolves when both sides have done what they had to do. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const long = "a\ud83d\ude00\u2028".repeat(100_000);

test("a long text arrives whole, in pieces, and a short answer passes between them", async () => {
  const { reader, messages } = makePair({ long, short: "b" });
  const arrived: string[] = [];
  const reading = reader.call("read", { name: "long" }).then((answer) => {
    arrived.push("long");
    return answer;
  });
  while (messages.length === 0) await turn();
  const short = reader.call("read", { name: "short" }).then(() => arrived.push("short"));
  let pieces = 0;
  while (arrived.length < 2) {
    await turn();
    const next = messages.shift();
    if (!next) continue;
    const text = JSON.stringify(next.envelope);
    expect(text.length).toBeLessThan(500_000);
    pieces++;
    reader.take(JSON.parse(text));
    next.onSent?.(); // The next piece leaves now.
  }
  await short;
  expect(await reading).toEqual({ text: long, pages: 3 });
  expect(arrived).toEqual(["short", "long"]);
  expect(pieces).toBeGreaterThan(5);
});

test("pieces that nobody asked for are dropped", () => {
  const { reader } = makePair({});
  const items = [
    { answer: 7, name: "text", piece: "x" },
    { answer: 7, value: {} },
  ];
  expect(() => reader.take({ service: "queue", items })).not.toThrow();
});

test.each([
  ["more bytes than were named", [{ piece: new Uint8Array(3), of: 2 }]],
  ["fewer", [{ piece: new Uint8Array(1), of: 2 }]],
  ["a length that is none", [{ piece: new Uint8Array(1), of: -1 }]],
  ["more than there can be", [{ piece: new Uint8Array(1), of: 1e15 }]],
])("an answer with %s is refused, and ends nothing", async (_, pieces) => {
  const sent: Envelope[] = [];
  const reader = new Channel({
    ...{ service: "queue", mine: nobody, theirs: library, notes: {}, calls: {} },
    send: (envelope) => sent.push(envelope),
  });
  const reading = reader.call("read", { name: "long" });
  for (const name of ["text", "__proto__"]) {
    const items = pieces.map((each) => ({ answer: 1, name, ...each }));
    expect(() => reader.take({ service: "queue", items })).not.toThrow();
  }
  reader.take({ service: "queue", items: [{ answer: 1, value: { pages: 3 } }] });
  await expect(reading).rejects.toMatchObject({ type: "internal-error" });
});
