import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ServerProcess } from "../helpers/server-process.ts";

const mb = 1024 ** 2;
const largestMb = 32;
const clients = 200;

/** A figure of a process in bytes, from the kernel (Linux): VmRSS is its memory, VmHWM the most that it was. */
async function memoryOf(pid: number, figure: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${figure}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
}

test.skipIf(process.platform !== "linux").each(["libuv", "threads"])(
  "200 clients that ask for the largest Argon2id at once take the memory of the slots (%s)",
  async (executor) => {
    await using server = await ServerProcess.start([
      ...["--workers", "1", "--cores", "2", "--executor", executor, "--queue-timeout", "300ms"],
      ...["--hash-max-memory", `${largestMb}mb`, "--max-pending", "1000"],
    ]);
    const [worker = 0] = await server.workers();
    const before = await memoryOf(worker, "VmRSS");
    const input = { algorithm: "argon2id", input: "a", memoryKib: largestMb * 1024, passes: 1 };
    const statuses = await Promise.all(
      Array.from({ length: clients }, async () => {
        const response = await server.post("/hash", input);
        await response.text();
        return response.status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    const grown = (await memoryOf(worker, "VmHWM")) - before;
    // All of them together would take 6 GB. The rest is for 200 connections and their heap.
    expect(grown).toBeLessThan((4 * largestMb + 150) * mb);
    expect(await server.get("/livez")).toMatchObject({ status: "alive" });
  },
);
