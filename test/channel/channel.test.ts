import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { Channel } from "../../src/channel/channel.ts";
import { isCount, isText } from "../../src/channel/checks.ts";
import type { Asked, Side } from "../../src/channel/contract.ts";
import { type Envelope, isEnvelope } from "../../src/channel/envelope.ts";
import { AppError } from "../../src/errors.ts";

const server = {
  calls: {
    double: { args: { value: isCount }, answer: isCount },
    greet: { args: { name: isText }, answer: isText },
  },
  notes: { said: { text: isText, times: isCount } },
} satisfies Side;

const client = { calls: {}, notes: { heard: { text: isText } } } satisfies Side;

/** Both sides of a channel, with JSON between them. Envelopes wait until the test passes them on. */
class Both {
  readonly toServer: Envelope[] = [];
  readonly toClient: Envelope[] = [];
  readonly asked: Asked<typeof server>[] = [];
  readonly said: unknown[] = [];
  readonly heard: string[] = [];
  readonly client: Channel<typeof client, typeof server>;
  readonly server: Channel<typeof server, typeof client>;

  constructor(
    handlers?: ConstructorParameters<typeof Channel<typeof server, typeof client>>[0]["calls"],
  ) {
    this.client = new Channel({
      service: "queue",
      mine: client,
      theirs: server,
      send: (envelope) => this.toServer.push(overTheWire(envelope)),
      notes: { heard: ({ text }) => this.heard.push(text) },
      calls: {},
    });
    this.server = new Channel({
      service: "queue",
      mine: server,
      theirs: client,
      send: (envelope) => this.toClient.push(overTheWire(envelope)),
      notes: { said: (args) => this.said.push(args) },
      calls: handlers ?? ((asked) => this.asked.push(asked)),
    });
  }

  /** Passes on what was sent, and the answers to it. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      await new Promise(setImmediate);
      for (const envelope of this.toServer.splice(0)) this.server.take(envelope);
      for (const envelope of this.toClient.splice(0)) this.client.take(envelope);
    }
  }
}

function overTheWire<Message>(message: Message): Message {
  return JSON.parse(JSON.stringify(message)) as Message;
}

const handlers = {
  double: ({ value }: { value: number }) => value * 2,
  greet: async ({ name }: { name: string }) => {
    throw new AppError("invalid-input", `${name} is no name`, {
      errors: [{ path: "/name", message: "no name" }],
      headers: { "retry-after": "3" },
    });
  },
};

let both: Both;
beforeEach(() => {
  both = new Both();
});

describe("calls", () => {
  test("reach the handler of their name, whose result is the answer", async () => {
    both = new Both(handlers);
    const answer = both.client.call("double", { value: 21 });
    await both.settle();
    await expect(answer).resolves.toBe(42);
  });

  test("can be answered in any order", async () => {
    const answers = [1, 2, 3].map((value) => both.client.call("double", { value }));
    await both.settle();
    for (const { call, args } of both.asked.toReversed()) {
      both.server.reply({ answer: call, value: "value" in args ? args.value * 10 : 0 });
      await both.settle();
    }
    await expect(Promise.all(answers)).resolves.toEqual([10, 20, 30]);
  });

  test("reject with the AppError that the handler threw", async () => {
    both = new Both(handlers);
    const refused = both.client.call("greet", { name: "7" }).catch((error: unknown) => error);
    await both.settle();
    const error = (await refused) as AppError;
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      type: "invalid-input",
      detail: "7 is no name",
      errors: [{ path: "/name", message: "no name" }],
      headers: { "retry-after": "3" },
    });
  });

  test("reject with internal-error when the handler throws anything else", async () => {
    both = new Both({
      ...handlers,
      double: () => {
        throw new TypeError("oh");
      },
    });
    const refused = both.client.call("double", { value: 1 });
    refused.catch(() => {});
    await both.settle();
    await expect(refused).rejects.toMatchObject({ type: "internal-error" });
  });

  test("reject when the answer fails the check of the contract", async () => {
    const refused = both.client.call("double", { value: 1 });
    refused.catch(() => {});
    await both.settle();
    both.server.reply({ answer: 1, value: "two" });
    await both.settle();
    await expect(refused).rejects.toMatchObject({ type: "internal-error" });
  });

  test("are answered once; a second answer and an unknown one are ignored", async () => {
    const answer = both.client.call("double", { value: 1 });
    await both.settle();
    for (const value of [2, 3]) both.server.reply({ answer: 1, value });
    both.server.reply({ answer: 99, value: 4 });
    await both.settle();
    await expect(answer).resolves.toBe(2);
  });

  test("reject when the channel closes, and ever after", async () => {
    const waiting = both.client.call("double", { value: 1 });
    waiting.catch(() => {});
    await both.settle();
    both.client.close(new Error("it is gone"));
    await expect(waiting).rejects.toThrow("it is gone");
    await expect(both.client.call("double", { value: 1 })).rejects.toThrow("it is gone");
    both.client.note("said", { text: "x", times: 1 });
    both.client.take({ service: "queue", items: [{ name: "heard", args: { text: "late" } }] });
    await both.settle();
    expect([both.said, both.heard]).toEqual([[], []]);
  });
});

describe("what is sent in one turn of the event loop", () => {
  test("leaves as one envelope, in order", async () => {
    both.client.note("said", { text: "a", times: 1 });
    void both.client.call("double", { value: 1 }).catch(() => {});
    both.client.note("said", { text: "b", times: 2 });
    expect(both.toServer).toEqual([]);
    await new Promise(setImmediate);
    expect(both.toServer).toEqual([
      {
        service: "queue",
        items: [
          { name: "said", args: { text: "a", times: 1 } },
          { call: 1, name: "double", args: { value: 1 } },
          { name: "said", args: { text: "b", times: 2 } },
        ],
      },
    ]);
  });

  test("leaves at once, and only once, when flushed", async () => {
    both.client.note("said", { text: "a", times: 1 });
    both.client.flush();
    expect(both.toServer).toHaveLength(1);
    await new Promise(setImmediate);
    expect(both.toServer).toHaveLength(1);
  });

  test("is dropped when the channel closes", async () => {
    both.client.note("said", { text: "a", times: 1 });
    both.client.close(new Error("gone"));
    await new Promise(setImmediate);
    expect(both.toServer).toEqual([]);
  });
});

describe("forged messages", () => {
  test.each([
    undefined,
    null,
    "test",
    3,
    [],
    {},
    { service: "queue" },
    { service: 1, items: [] },
    { service: "queue", items: {} },
    { items: [] },
    { type: "ready" },
    { "watch:import": ["file:///a.ts"] },
  ])("%j is no envelope", (message) => {
    expect(isEnvelope(message)).toBe(false);
  });

  test.each([
    null,
    "said",
    {},
    { name: "said" },
    { name: "said", args: null },
    { name: "said", args: "x" },
    { name: "said", args: { text: "x" } },
    { name: "said", args: { text: 1, times: 1 } },
    { name: "said", args: { text: "x", times: -1 } },
    { name: "toString", args: {} },
    { name: "__proto__", args: {} },
    { name: 1, args: {} },
    { name: "double", args: { value: 1 } },
    { call: "1", name: "said", args: { text: "x", times: 1 } },
    { answer: 1, value: 1 },
    { answer: 1, refusal: null },
  ])("%j reaches no handler; the items beside it do", async (item) => {
    const good = { name: "said", args: { text: "good", times: 1 } };
    both.server.take({ service: "queue", items: [item, good] });
    await both.settle();
    expect(both.said).toEqual([good.args]);
    expect(both.asked).toEqual([]);
  });

  test.each([
    { call: 7, name: "said", args: { text: "x", times: 1 } },
    { call: 7, name: "nothing", args: {} },
    { call: 7, name: "constructor", args: {} },
    { call: 7, name: "double", args: { value: "1" } },
    { call: 7, name: "double" },
  ])("the call %j is refused", async (item) => {
    both.server.take({ service: "queue", items: [item] });
    await new Promise(setImmediate);
    expect(both.asked).toEqual([]);
    expect(both.toClient).toMatchObject([
      { items: [{ answer: 7, refusal: { type: "internal-error" } }] },
    ]);
  });

  test.each([
    undefined,
    null,
    {},
    { type: "no-such-problem", detail: "x" },
    { type: "toString", detail: "x" },
    { type: "draining" },
    { type: "draining", detail: "x", errors: [null] },
    { type: "draining", detail: "x", headers: { a: 1 } },
  ])("a refusal that cannot be read (%j) still rejects the call", async (refusal) => {
    const waiting = both.client.call("double", { value: 1 });
    waiting.catch(() => {});
    both.client.take({ service: "queue", items: [{ answer: 1, refusal }] });
    await expect(waiting).rejects.toMatchObject({ type: "internal-error" });
  });

  test("whatever arrives: nothing throws, and handlers get only what passed the checks", async () => {
    const name = fc.oneof(fc.constantFrom("said", "double", "greet", "heard"), fc.string());
    const args = fc.oneof(
      fc.record({ text: fc.anything(), times: fc.anything(), value: fc.anything() }),
      fc.record({ text: fc.string(), times: fc.nat(), value: fc.nat(), name: fc.string() }),
      fc.anything(),
    );
    const number = fc.oneof(fc.nat(3), fc.anything());
    const item = fc.oneof(
      fc.anything(),
      fc.record(
        { call: number, answer: number, name, args, value: fc.anything(), refusal: fc.anything() },
        { requiredKeys: [] },
      ),
    );
    const message = fc.oneof(
      fc.anything(),
      fc.record({ service: fc.constant("test"), items: fc.array(item) }),
    );
    fc.assert(
      fc.property(message, (sent) => {
        const { client, server, said, asked } = new Both();
        client.call("double", { value: 1 }).catch(() => {});
        if (isEnvelope(sent)) for (const side of [client, server]) side.take(sent);
        for (const each of said) {
          expect(each).toMatchObject({ text: expect.any(String), times: expect.any(Number) });
        }
        for (const each of asked) {
          if (each.name === "double") expect(Number.isSafeInteger(each.args.value)).toBe(true);
          else expect(typeof each.args.name).toBe("string");
        }
      }),
    );
  });
});
