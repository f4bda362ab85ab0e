/** What every executor holds to about bytes: those of an input and those of an output. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkInput } from "../../src/tasks/check/check.ts";
import { giveAway } from "../../src/tasks/output/given-away.ts";
import { bareBytesOf } from "../../src/tasks/output/output.ts";
import { type ExecutorSubject, resultOf } from "./executor.ts";

export function bytesCrossingContract({ executor, task }: ExecutorSubject): void {
  const never = new AbortController().signal;
  const run = (name: string, input: unknown) =>
    executor().run(task(name), checkInput(task(name), input), never, { onStart: () => {} });
  const photoOf = (length: number) =>
    giveAway(Uint8Array.from({ length }, (_, at) => (at * 31) % 256));

  describe("lets bytes cross", () => {
    test.each([0, 1, 16_384, 250_000])("%i of an input arrive as they are", async (length) => {
      const data = photoOf(length);
      const sha256 = createHash("sha256").update(data).digest("hex");
      const ran = await run("weigh", { data, type: "image/png", query: {} });
      const seen = { length, sha256, isPlain: true, isWhole: true };
      expect(resultOf(ran)).toEqual({ ...seen, type: "image/png", query: {} });
    });

    test("an output that is bytes has its type, and nobody else's bytes", async () => {
      for (const _ of [1, 2]) {
        const ran = await run("drawing", { how: "kept" });
        const output = bareBytesOf(task("drawing"), ran.result);
        expect(output?.type).toBe("image/png");
        expect(Buffer.from(output?.bare ?? [])).toEqual(Buffer.alloc(20_000, 7));
        output?.bare.fill(0);
      }
    });

    test("those of the input go out again", async () => {
      const data = photoOf(250_000);
      const sent = Buffer.from(data);
      const ran = await run("echo", { data, type: "a/b", query: {} });
      expect(Buffer.from(bareBytesOf(task("echo"), ran.result)?.bare ?? [])).toEqual(sent);
    });

    test.each([
      ["wrong type", '"png": give a media type'],
      ["text", "no bytes"],
      ["moved", "moved away"],
    ])("what is wrong with them is told: %s", async (how, why) => {
      const { result } = await run("drawing", { how });
      expect(() => bareBytesOf(task("drawing"), result)).toThrow(why);
    });
  });
}
