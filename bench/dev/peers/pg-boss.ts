import { PgBoss } from "pg-boss";
import type { Engine } from "./engine.ts";

const name = "bench";
const anHourSeconds = 3600;

/**
 * pg-boss on a PostgreSQL at the Unix socket in a folder. Workers poll as often as they may, for
 * many jobs at once.
 */
export async function openPgBoss(folder: string): Promise<Engine> {
  const boss = new PgBoss({ host: folder, user: "postgres", database: "postgres", max: 20 });
  boss.on("error", (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
  await boss.start();
  await boss.createQueue(name);
  return {
    submit(jobs, delayed) {
      const startAfter = delayed ? anHourSeconds : 0;
      if (jobs === 1) return boss.send(name, { value: 1 }, { startAfter });
      return boss.insert(
        name,
        Array.from({ length: jobs }, () => ({ data: { value: 1 }, startAfter })),
      );
    },
    async work(onDone) {
      const options = { batchSize: 1000, pollingIntervalSeconds: 0.5 } as const;
      await boss.work(name, options, async (jobs) => {
        for (const _job of jobs) onDone();
      });
    },
    async clear() {
      await boss.deleteAllJobs(name);
    },
    close: () => boss.stop({ graceful: false }),
  };
}
