import { pino } from "pino";
import { expect, test } from "vitest";
import { HostLog } from "../../../src/jobs/primary/host-log.ts";

function logged(tell: (log: HostLog) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  tell(
    new HostLog(pino({ base: null, timestamp: false }, { write }), {
      path: "jobs.db",
      noun: "the queue's file",
    }),
  );
  return lines;
}

const since = Date.parse("2026-11-30T00:00:00Z");

test("times that were missed are one line for all schedules", () => {
  const news = Array.from({ length: 12 }, (_, index) => ({
    ...{ name: `s${index}`, missedSince: since + index, jobs: index % 2, fault: null },
  }));
  const [line, ...others] = logged((log) => log.schedules(news));
  expect(others).toEqual([]);
  expect(line).toMatchObject({ level: 40, count: 12, jobs: 6, since: "2026-11-30T00:00:00.000Z" });
  expect(line?.["schedules"]).toHaveLength(10);
  expect(line?.["msg"]).toContain("were missed");
});

test("a schedule that makes no more jobs is an error that says why", () => {
  const fault = 'this server\'s Node knows no time zone "Mars/Olympus"';
  const lines = logged((log) =>
    log.schedules([{ name: "nightly", missedSince: null, jobs: 0, fault }]),
  );
  expect(lines).toEqual([
    {
      level: 50,
      schedule: "nightly",
      msg: `schedule nightly makes no more jobs: ${fault}. Put it again`,
    },
  ]);
});
