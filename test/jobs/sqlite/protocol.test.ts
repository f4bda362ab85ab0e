import { expect, test } from "vitest";
import { isClientMessage, isHostMessage } from "../../../src/jobs/sqlite/protocol.ts";

test.each([
  undefined,
  "queue",
  { type: "queue" },
  { type: "queue", notes: {} },
  { type: "queue", notes: [null] },
  { type: "queue", notes: ["offer"] },
  { type: "queue", notes: [{ kind: "offer", room: 1, received: 0 }, {}] },
])("%j, which a task may send from its event loop, is no message of the queue", (message) => {
  expect(isClientMessage(message)).toBe(false);
  expect(isHostMessage(message)).toBe(false);
});

test("a list of notes is one", () => {
  const message = { type: "queue", notes: [{ kind: "offer", room: 1, received: 0 }] };
  expect(isClientMessage(message)).toBe(true);
});
