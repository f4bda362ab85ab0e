import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type {
  DeliveryRequest,
  DeliverySource,
  DeliveryVerdict,
  DueDelivery,
  SentWebhook,
} from "../../../../src/jobs/delivery.ts";
import { Sender } from "../../../../src/jobs/webhooks/thread/sender.ts";
import { ManualClock } from "../../../helpers/manual-clock.ts";

const arrived: SentWebhook = {
  ...{ startedAt: 0, durationMs: 1, status: 204, error: null },
  retryAfterMs: null,
};

function deliveryTo(host: string, seq: number): DueDelivery {
  const claim = { seq, token: 1 };
  return { claim, id: `msg_${seq}`, url: `http://${host}/`, host, body: "{}" };
}

/** Deliveries that are due, in memory, and a receiver that answers when it is told to. */
class Post implements DeliverySource {
  readonly clock = new ManualClock();
  readonly requests: DeliveryRequest[] = [];
  readonly reported: number[] = [];
  readonly givenBack: number[] = [];
  readonly givenUp: string[] = [];
  released = 0;
  isDown = false;
  nextInMs: number | null = null;
  /** How many claims more do not look at every host. */
  partial = 0;
  verdict: DeliveryVerdict = { state: "delivered", subject: "job", tries: 1 };
  due: DueDelivery[] = [];
  readonly underWay: { delivery: DueDelivery; answer: (sent?: SentWebhook) => void }[] = [];
  readonly sender = new Sender({
    source: this,
    clock: this.clock,
    post: (delivery, stop) => {
      const { promise, resolve } = Promise.withResolvers<SentWebhook | undefined>();
      this.underWay.push({ delivery, answer: resolve });
      stop.addEventListener("abort", () => resolve(undefined));
      return promise;
    },
    onGivenUp: ({ id }) => this.givenUp.push(id),
  });

  /** What a claim waits for. */
  claimed: Promise<void> | undefined;

  async claim(request: DeliveryRequest) {
    this.requests.push(request);
    await this.claimed;
    if (this.isDown) throw new Error("the queue is down");
    const due = this.due.splice(0, request.limit);
    return { due, nextInMs: this.nextInMs, isPartial: this.partial-- > 0 };
  }
  async report({ seq }: DueDelivery["claim"]) {
    if (this.isDown) throw new Error("the queue is down");
    this.reported.push(seq);
    return this.verdict;
  }
  async giveBack({ seq }: DueDelivery["claim"]) {
    this.givenBack.push(seq);
  }
  async release() {
    if (this.isDown) throw new Error("the queue is down");
    this.released++;
  }
}

function addDue(post: Post, count: number): void {
  post.due.push(...Array.from({ length: count }, (_, index) => deliveryTo(`h${index}`, index)));
}

test("it releases what an earlier sender had before it claims", async () => {
  const post = new Post();
  post.isDown = true;
  await post.sender.start();
  expect(post.requests).toEqual([]);
  post.isDown = false;
  post.clock.advance(250);
  await nextTurn();
  expect([post.released, post.requests.length]).toEqual([1, 1]);
});

test("at most 20 are under way; each that ends makes room for the next", async () => {
  const post = new Post();
  addDue(post, 22);
  post.sender.look();
  await nextTurn();
  expect(post.underWay).toHaveLength(20);
  expect(post.requests).toEqual([{ limit: 20, mostPerHost: 4, busy: {} }]);
  post.underWay[0]?.answer(arrived);
  await nextTurn();
  expect(post.underWay).toHaveLength(21);
  expect(post.requests[1]?.limit).toBe(1);
  expect(Object.keys(post.requests[1]?.busy ?? {})).toHaveLength(19);
  expect(post.reported).toEqual([0]);
});

test("news that come while it has no room are not lost", async () => {
  const post = new Post();
  addDue(post, 21);
  post.sender.look();
  await nextTurn();
  post.sender.look();
  await nextTurn();
  expect(post.requests).toHaveLength(1);
  post.underWay[0]?.answer(arrived);
  await nextTurn();
  expect(post.underWay).toHaveLength(21);
});

test("news that come while it claims are not lost", async () => {
  const post = new Post();
  post.sender.look();
  post.sender.look();
  await nextTurn();
  expect(post.requests).toHaveLength(2);
});

test("it looks again when the next one is due, and soon where hosts are busy", async () => {
  const post = new Post();
  post.nextInMs = 5000;
  post.sender.look();
  await nextTurn();
  post.clock.advance(4999);
  await nextTurn();
  expect(post.requests).toHaveLength(1);
  post.nextInMs = -3;
  post.clock.advance(1);
  await nextTurn();
  expect(post.requests).toHaveLength(2);
  post.nextInMs = null;
  post.clock.advance(250);
  await nextTurn();
  expect(post.requests).toHaveLength(3);
  expect(post.clock.pending).toBe(0);
});

test("it claims again at once while not every host was looked at", async () => {
  const post = new Post();
  post.partial = 3;
  post.nextInMs = 0;
  post.sender.look();
  await nextTurn();
  expect(post.requests).toHaveLength(4);
  expect(post.clock.pending).toBe(1);
});

test("while the queue does not answer, it asks again and again", async () => {
  const post = new Post();
  post.isDown = true;
  post.sender.look();
  await nextTurn();
  post.isDown = false;
  addDue(post, 1);
  post.clock.advance(250);
  await nextTurn();
  expect(post.underWay).toHaveLength(1);
});

test("one that is given up is told", async () => {
  const post = new Post();
  addDue(post, 1);
  post.verdict = { state: "failed", subject: "job", tries: 8 };
  post.sender.look();
  await nextTurn();
  post.underWay[0]?.answer({ ...arrived, status: 500, error: "the answer was 500" });
  await nextTurn();
  expect(post.givenUp).toEqual(["msg_0"]);
});

test("a stop waits for what ends within a second, and gives the rest back", async () => {
  const post = new Post();
  addDue(post, 2);
  post.sender.look();
  await nextTurn();
  const stopped = post.sender.stop();
  post.underWay[0]?.answer(arrived);
  post.clock.advance(999);
  await nextTurn();
  expect([post.reported, post.givenBack]).toEqual([[0], []]);
  post.clock.advance(1);
  await stopped;
  expect([post.reported, post.givenBack]).toEqual([[0], [1]]);
  addDue(post, 1);
  post.sender.look();
  await nextTurn();
  expect(post.underWay).toHaveLength(2);
});

test("what is claimed while it stops goes back at once, and the stop waits for that", async () => {
  const post = new Post();
  addDue(post, 2);
  const answered = Promise.withResolvers<void>();
  post.claimed = answered.promise;
  post.sender.look();
  let isStopped = false;
  const stopped = post.sender.stop().then(() => {
    isStopped = true;
  });
  await nextTurn();
  expect(isStopped).toBe(false);
  answered.resolve();
  await stopped;
  expect(post.underWay).toEqual([]);
  expect([post.givenBack, post.reported]).toEqual([[0, 1], []]);
});

test("one that is stopped while it starts sends nothing, and waits for nothing", async () => {
  const post = new Post();
  addDue(post, 1);
  post.isDown = true;
  const started = post.sender.start();
  await post.sender.stop();
  await started;
  expect(post.clock.pending).toBe(0);
  expect(post.requests).toEqual([]);
});

test("an end that cannot be written down frees its place", async () => {
  const post = new Post();
  addDue(post, 1);
  post.sender.look();
  await nextTurn();
  post.isDown = true;
  post.underWay[0]?.answer(arrived);
  await nextTurn();
  expect(post.requests.at(-1)?.busy).toEqual({});
  await post.sender.stop();
});
