import { pino } from "pino";
import { expect, test } from "vitest";
import type { Envelope } from "../../../src/channel/envelope.ts";
import { nextLife } from "../../../src/channel/life.ts";
import { toSentJob } from "../../../src/jobs/messages/submission.ts";
import { QueueHost } from "../../../src/jobs/primary/host.ts";
import { storeOnFile } from "../../../src/jobs/sqlite/store-module.ts";
import { openDatabase } from "../../../src/jobs/sqlite/thread/file/opening.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

test("a job that is claimed while the queue closes goes back", async () => {
  using folder = new Folder();
  const path = folder.file("jobs.db");
  const log = pino({ level: "silent" });
  const host = await QueueHost.open({
    store: storeOnFile({ path, retentionMs: 1e9, maxQueued: 1000 }),
    ...{ workers: 1, webhooks: null, log },
  });
  const life = nextLife(undefined);
  const answered = Promise.withResolvers<Envelope>();
  host.attach(life, 1, answered.resolve);
  const submit = { call: 1, name: "submit", args: { jobs: [toSentJob(plainJob)] } };
  host.take(life, { service: "queue", items: [submit] });
  await answered.promise;
  host.take(life, { service: "queue", items: [{ name: "offer", args: { capacity: 1 } }] });
  await host.close();
  const db = openDatabase(path);
  const jobs = db.prepare("SELECT state, token, attempts FROM job").all();
  expect(jobs).toEqual([{ state: 1, token: 1, attempts: 0 }]);
  db.close();
});
