import { expect, test } from "vitest";
import type { Envelope } from "../../../src/channel/envelope.ts";
import { nextLife } from "../../../src/channel/life.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

test("a job that is claimed the moment its batch is cancelled is stopped", async () => {
  await using under = await QueueOnFile.open();
  const { queue } = under.worker();
  const submitted = await queue.batches.submit({ jobs: [plainJob], onEnd: null, key: null });
  if (submitted.kind !== "accepted") throw new Error(submitted.kind);
  const { id } = submitted.batch;
  const sent: Envelope[] = [];
  const life = nextLife(nextLife(undefined));
  under.host.attach(life, 2, (envelope) => sent.push(envelope));
  // Both reach the store in one group: the claim is answered together with the stop of its attempt.
  const items = [
    { name: "offer", args: { capacity: 1 } },
    { call: 1, name: "cancel-batch", args: { id } },
  ];
  under.host.take(life, { service: "queue", items });
  await queue.batches.find(id);
  const names = sent.flatMap((envelope) => envelope.items as readonly { readonly name?: string }[]);
  const told = names.flatMap(({ name }) => name ?? []);
  expect(told).toEqual(["assigned", "stop"]);
});
