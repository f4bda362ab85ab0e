import request from "supertest";
import { expect, test } from "vitest";
import { createApp } from "../../../../src/http/app.ts";
import type { JobQueue } from "../../../../src/jobs/queue.ts";
import type { WholeSchedule } from "../../../../src/jobs/schedules/schedule.ts";
import { plainJob } from "../../../contracts/queue-under-test.ts";
import { yearly } from "../../../contracts/schedules.ts";
import { testServices } from "../../../helpers/services.ts";

const at = Date.parse("2027-01-01T00:00:00Z");

/** A worker whose queue has one schedule, as an earlier server with another Node has left it. */
function appWith(schedule: Partial<WholeSchedule>) {
  const kept: WholeSchedule = {
    ...{ name: "kept", version: "1.1", rules: yearly.rules, task: "double", job: plainJob },
    ...{ sent: '{"task":"double"}', course: { anchor: at, nextAt: at, lastAt: null } },
    ...{ lastJob: null, made: 0, skipped: 0, missed: null, createdAt: at, updatedAt: at },
    ...schedule,
  };
  const schedules = { find: async () => kept } as unknown as JobQueue["schedules"];
  return createApp(testServices({ jobs: { schedules } as JobQueue })).callback();
}

test("a schedule in a zone that this Node does not know says so", async () => {
  const rules = { ...yearly.rules, timeZone: "Mars/Olympus" };
  const { status, body } = await request(appWith({ rules })).get("/schedules/kept");
  expect(status).toBe(200);
  expect(body.fault).toBe(`this server's Node knows no time zone "Mars/Olympus"`);
  expect(body.next).toEqual(["2027-01-01T00:00:00.000Z"]);
});

test("a schedule whose pattern this server does not take any more says so", async () => {
  const rules = { ...yearly.rules, cron: "0 0 X * *" };
  const { status, body } = await request(appWith({ rules })).get("/schedules/kept");
  expect(status).toBe(200);
  expect(body.fault).toMatch(/^its pattern "0 0 X \* \*" must have 5 fields/);
});

test("times that were missed are shown as times", async () => {
  const missed = { from: at, until: at + 60_000, jobs: 1 };
  const { body } = await request(appWith({ missed })).get("/schedules/kept");
  expect(body.missed).toEqual({
    ...{ from: "2027-01-01T00:00:00.000Z", until: "2027-01-01T00:01:00.000Z", jobs: 1 },
  });
  expect(body.fault).toBe(null);
});
