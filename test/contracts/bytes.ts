import { describe, expect, test } from "vitest";
import type { Ending } from "../../src/jobs/assignment.ts";
import type { NewJob } from "../../src/jobs/new-job.ts";
import { becomes } from "./becomes.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob } from "./queue-under-test.ts";

/** Longer than a piece of the channel, and of every value of a byte. */
const photo = Uint8Array.from({ length: 700_001 }, (_, at) => (at * 31) % 256);
const thumbnail = photo.slice(0, 300_000).reverse();
const described = (bytes: Uint8Array, type: string) =>
  JSON.stringify({ bytes: bytes.length, type });

const withResult = {
  kind: "succeeded",
  result: described(thumbnail, "image/webp"),
  body: thumbnail,
} as const satisfies Ending;

/** What every queue holds to about jobs whose input and result are bytes. */
export function bytesContract(name: string, open: OpenQueue): void {
  describe(`${name} keeps bytes`, () => {
    const queue = openForEachTest(open);

    async function submit(more: Partial<NewJob> = {}): Promise<string> {
      const input = described(photo, "image/png");
      const [submitted] = await queue.jobs.submit([{ ...plainJob, input, body: photo, ...more }]);
      if (submitted?.kind !== "accepted")
        throw new Error(`It was not accepted: ${submitted?.kind}`);
      return submitted.job.id;
    }

    function isSame(read: Uint8Array | null, kept: Uint8Array): boolean {
      return read !== null && Buffer.compare(read, kept) === 0;
    }

    test("a worker reads those of the input, and others those of the result", async () => {
      const id = await submit();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      expect(hands.started[0]?.input).toBe(described(photo, "image/png"));
      const read = await queue.jobs.readBody(id, "input");
      expect(isSame(read, photo)).toBe(true);
      expect(read?.byteLength).toBe(read?.buffer.byteLength); // It can be moved to a thread.
      expect(await queue.jobs.readBody(id, "result")).toBe(null);
      hands.end(0, withResult);
      await becomes(queue, id, ({ state }) => state === "succeeded");
      const found = await queue.jobs.find(id, true);
      expect(found).toMatchObject({ hasBody: true, result: described(thumbnail, "image/webp") });
      const other = queue.worker().queue;
      expect(isSame(await other.jobs.readBody(id, "result"), thumbnail)).toBe(true);
      expect(await other.jobs.readInput(id)).toBe(described(photo, "image/png"));
    });

    test("a job without bytes has none, and neither has one that is not there", async () => {
      const id = await submit({ body: null });
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, { kind: "succeeded", result: "1" });
      await becomes(queue, id, ({ state }) => state === "succeeded");
      expect(await queue.jobs.find(id, true)).not.toHaveProperty("hasBody");
      for (const each of [id, "unknown"]) {
        for (const of of ["input", "result"] as const) {
          expect(await queue.jobs.readBody(each, of)).toBe(null);
        }
      }
    });

    test("no bytes at all are kept as such", async () => {
      const id = await submit({ body: new Uint8Array(0) });
      expect(await queue.jobs.readBody(id, "input")).toHaveLength(0);
    });

    test("the attempt after a lost one has the same bytes", async () => {
      const lost = queue.worker();
      const first = new Hands(lost.queue, 1);
      const id = await submit();
      await first.has(1);
      const second = new Hands(queue, 1);
      lost.lose();
      await second.has(1);
      first.end(0, { ...withResult, body: photo });
      expect(isSame(await queue.jobs.readBody(id, "input"), photo)).toBe(true);
      second.end(0, withResult);
      await becomes(queue, id, ({ state }) => state === "succeeded");
      expect(isSame(await queue.jobs.readBody(id, "result"), thumbnail)).toBe(true);
    });

    test("a retry by hand has the same bytes", async () => {
      const id = await submit();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      const error = { type: "task-failed", detail: "no luck" };
      hands.end(0, { kind: "failed", error, retry: false });
      await becomes(queue, id, ({ state }) => state === "failed");
      await queue.control.retry(id);
      hands.consumption.offer(1);
      await hands.has(2);
      expect(isSame(await queue.jobs.readBody(id, "input"), photo)).toBe(true);
    });

    test("many results at once arrive whole, and a stop waits for them", async () => {
      const ids = await Promise.all(Array.from({ length: 4 }, () => submit()));
      const hands = new Hands(queue, 4);
      await hands.has(4);
      for (const index of ids.keys()) {
        const body = photo.slice(index);
        hands.end(index, { kind: "succeeded", result: described(body, "a/b"), body });
      }
      await hands.consumption.stop();
      for (const [index, { id }] of hands.started.entries()) {
        const read = await queue.jobs.readBody(id, "result");
        expect(isSame(read, photo.slice(index))).toBe(true);
      }
    });

    test("bytes are removed with their job", async () => {
      const id = await submit();
      await queue.control.cancel(id);
      expect(await queue.control.remove(id)).toEqual({ kind: "removed" });
      expect(await queue.jobs.readBody(id, "input")).toBe(null);
    });
  });
}
