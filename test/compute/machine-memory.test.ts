import { totalmem } from "node:os";
import { expect, test } from "vitest";
import {
  hasMemoryFor,
  inactiveFileBytes,
  statPaths,
  totalMemoryBytes,
} from "../../src/compute/machine-memory.ts";

test("total and free memory agree", () => {
  expect(totalMemoryBytes()).toBeLessThanOrEqual(totalmem());
  expect(hasMemoryFor(0)).toBe(true);
  expect(hasMemoryFor(2 * totalmem())).toBe(false);
});

test.each([
  ["version 2, in a container", "0::/\n", ["/sys/fs/cgroup/memory.stat"]],
  [
    "version 2, a service",
    "0::/system.slice/a.service\n",
    ["/sys/fs/cgroup/system.slice/a.service/memory.stat", "/sys/fs/cgroup/memory.stat"],
  ],
  [
    "version 1, with version 2 beside it",
    "9:name=systemd:/\n4:memory:/docker/1a\n1:cpu:/\n0::/\n",
    ["/sys/fs/cgroup/memory/docker/1a/memory.stat", "/sys/fs/cgroup/memory/memory.stat"],
  ],
  ["version 1, mounted with others", "3:cpu,memory:/\n", ["/sys/fs/cgroup/memory/memory.stat"]],
  ["no cgroup", "", []],
])("where the memory of a cgroup is told of: %s", (_, cgroups, paths) => {
  expect(statPaths(cgroups)).toEqual(paths);
});

test("reads the file cache of both cgroup versions", () => {
  expect(inactiveFileBytes("anon 5\nfile 90\ninactive_file 70\nactive_file 20\n")).toBe(70);
  expect(inactiveFileBytes("inactive_file 1\ntotal_cache 9\ntotal_inactive_file 7\n")).toBe(7);
  expect(inactiveFileBytes("anon 5\n")).toBe(0);
});
