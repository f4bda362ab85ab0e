import {
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
} from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Life } from "../../src/channel/life.ts";
import { WorkerStarts } from "../../src/jobs/primary/dispatch/worker-starts.ts";
import { addFormerStarts, makeStarts, StartMarks, Starts } from "../../src/jobs/starts.ts";
import { Folder } from "../helpers/embedded-queue.ts";

const [one, two] = [1 as Life, 2 as Life];
const attempt = { seq: 7, token: 3 };

let folder: Folder;
let path: string;
let starts: WorkerStarts;
let opened: StartMarks[];
beforeEach(() => {
  folder = new Folder();
  path = folder.file("starts");
  makeStarts(path);
  starts = new WorkerStarts(path);
  opened = [];
});
afterEach(() => {
  for (const marks of opened) marks.close();
  starts.close();
  folder[Symbol.dispose]();
});

function marksOf(life: Life): StartMarks {
  const settings = starts.open(life);
  const marks = settings && StartMarks.open(settings);
  if (!marks) throw new Error("no marks");
  opened.push(marks);
  return marks;
}

test("the primary learns what a worker had started and ended, and nothing of the others", () => {
  const [first, second] = [marksOf(one), marksOf(two)];
  expect(first.start(0, attempt)).toBe(true);
  first.start(5, { seq: 8, token: 1 });
  first.end(5, { seq: 8, token: 1 });
  second.start(0, { seq: 9, token: 1 });
  const known = starts.take(one);
  expect(known?.stageOf(attempt)).toBe("running");
  expect(known?.stageOf({ seq: 8, token: 1 })).toBe("ended");
  expect(known?.stageOf({ seq: 7, token: 4 })).toBe("waiting");
  expect(known?.stageOf({ seq: 9, token: 1 })).toBe("waiting");
});

test("a worker that gets the region of another one finds none of its marks", () => {
  marksOf(one).start(0, attempt);
  expect(starts.take(one)?.stageOf(attempt)).toBe("running");
  marksOf(two);
  expect(starts.take(two)?.stageOf(attempt)).toBe("waiting");
});

test("the marks of a worker stay until the ends of all its attempts are on disk", () => {
  const marks = marksOf(one);
  const region = starts.regionOf(one);
  const [ended, left] = [region?.take() ?? -1, region?.take() ?? -1];
  marks.start(ended, { seq: 8, token: 1 });
  marks.start(left, attempt);
  region?.free([ended]);
  expect(starts.take(one)?.stageOf(attempt)).toBe("running");
  marksOf(two);
  const known = new Starts();
  addFormerStarts(known, path);
  expect(known.stageOf(attempt)).toBe("running");
  region?.free([left]);
  expect(starts.open(3 as Life)?.region).toBe(region?.number);
});

test("where the file is gone, a worker cannot mark, and nobody knows what it started", () => {
  const settings = starts.open(one);
  rmSync(path);
  expect(settings && StartMarks.open(settings)).toBeNull();
  expect(starts.regionOf(two)).toBeUndefined();
  expect(starts.take(two)).toBeNull();
});

/** Whether the next server knows all that was started. */
const isAllKnown = () => addFormerStarts(new Starts(), path);

test("of a worker that cannot mark any more, nobody knows what it started", () => {
  marksOf(one).start(0, attempt);
  starts.forget(one);
  expect(starts.regionOf(one)?.canMark).toBe(false);
  expect(isAllKnown()).toBe(false);
  expect(starts.take(one)).toBeNull();
});

test("the next server needs no marks of attempts whose ends are on disk", () => {
  expect(isAllKnown()).toBe(true);
  marksOf(one);
  const region = starts.regionOf(one);
  const mark = region?.take() ?? -1;
  starts.forget(one);
  starts.take(one);
  marksOf(two);
  expect(isAllKnown()).toBe(false);
  region?.free([mark]);
  marksOf(3 as Life);
  expect(isAllKnown()).toBe(true);
});

test("where there is no room for the marks of a worker, the next server does not trust the file", () => {
  symlinkSync("/dev/full", folder.file("full"));
  const full = new WorkerStarts(folder.file("full"));
  expect(full.open(one)).toBeNull();
  expect(full.regionOf(one)?.canMark).toBe(false);
  expect(full.take(one)).toBeNull();
  full.close();
  expect(existsSync(folder.file("full"))).toBe(false);
});

test("where the file cannot be opened, no worker gets a region, and nobody trusts the file", () => {
  mkdirSync(folder.file("none"));
  const closed = new WorkerStarts(folder.file("none"));
  expect(closed.open(one)).toBeNull();
  expect(closed.take(one)).toBeNull();
  closed.close();
  expect(addFormerStarts(new Starts(), folder.file("none"))).toBe(false);
});

test("the next server reads the marks, unless the machine was started anew since", () => {
  marksOf(one).start(0, attempt);
  const known = new Starts();
  expect(addFormerStarts(known, path)).toBe(true);
  expect(known.stageOf(attempt)).toBe("running");
  expect(addFormerStarts(new Starts(), folder.file("none"))).toBe(false);
  const beforeBoot = new Date(0);
  utimesSync(path, beforeBoot, beforeBoot);
  expect(statSync(path).mtimeMs).toBe(0);
  expect(addFormerStarts(new Starts(), path)).toBe(false);
});

test("a file that is larger than any server makes it is not read", () => {
  marksOf(one).start(0, attempt);
  truncateSync(path, 100_000_000); // The rest takes no room on the disk.
  const known = new Starts();
  expect(addFormerStarts(known, path)).toBe(false);
  expect(known.stageOf(attempt)).toBe("waiting");
});
