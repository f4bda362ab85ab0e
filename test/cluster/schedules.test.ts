import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

interface ScheduledJob {
  readonly schedule: string;
  readonly scheduledFor: string;
}

const kills = 8;

/** Resolves at a time of the wall clock. */
function at(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time - Date.now()));
}

async function put(server: ServerProcess, name: string, schedule: object): Promise<void> {
  const response = await fetch(new URL(`/schedules/${name}`, server.url), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...schedule, job: { task: "primes", input: { limit: 10 } } }),
  });
  expect(response.status).toBe(201);
}

test("a server that is killed around due times loses no time, and doubles none", async () => {
  using folder = new Folder();
  const flags = ["--workers", "1", "--queue", `sqlite:${folder.file("jobs.db")}`];
  {
    await using server = await ServerProcess.start(flags);
    await put(server, "by-cron", { cron: "* * * * * *", catchUp: "all" });
    await put(server, "by-interval", { everyMs: 1000, catchUp: "all" });
    await put(server, "one-of-many", { cron: "* * * * * *", catchUp: "all", overlap: "skip" });
  }
  for (let kill = 0; kill < kills; kill++) {
    await using server = await ServerProcess.start(flags);
    // From just before a second, when the cron is due, to just after it.
    const second = Math.ceil((Date.now() + 50) / 1000) * 1000;
    await at(second - 4 + (kill * 16) / kills);
    server.child.kill("SIGKILL");
    await server.exited;
  }
  await using server = await ServerProcess.start(flags);
  await at(Date.now() + 1500);
  const { jobs } = await server.get<{ jobs: ScheduledJob[] }>("/jobs?limit=1000");
  const timesOf = (name: string) =>
    jobs
      .filter(({ schedule }) => schedule === name)
      .map(({ scheduledFor }) => Date.parse(scheduledFor))
      .sort((a, b) => a - b);
  for (const name of ["by-cron", "by-interval"]) {
    const times = timesOf(name);
    const first = times[0] ?? 0;
    expect(times.length).toBeGreaterThan(kills);
    expect(times).toEqual(times.map((_, index) => first + index * 1000));
    const { made } = await server.get<{ made: number }>(`/schedules/${name}`);
    // It goes on while this test reads.
    expect(made).toBeGreaterThanOrEqual(times.length);
  }
  const alone = timesOf("one-of-many");
  expect(new Set(alone).size).toBe(alone.length);
}, 120_000);
