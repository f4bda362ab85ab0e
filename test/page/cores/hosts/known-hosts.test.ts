import { beforeEach, expect, test } from "vitest";
import { KnownHosts } from "../../../../src/page/cores/hosts/known-hosts.ts";
import type { SeenHost, SeenHosts } from "../../../../src/telemetry/watch/hosts.ts";
import { hostRecord } from "../../../helpers/hosts.ts";

const hostOf = (name: string, isThis = false): SeenHost => ({
  ...hostRecord({ id: name, name }),
  ...{ isThis, ageMs: 100 },
});
const own = hostOf("birch", true);
const [alder, cedar] = [hostOf("alder"), hostOf("cedar")];

let known: KnownHosts;
beforeEach(() => {
  known = new KnownHosts();
});

function take(
  hosts: readonly SeenHost[],
  now: number,
  { others = "known", chosen }: { others?: SeenHosts["others"]; chosen?: string } = {},
) {
  const all = known.take({ others, hosts }, now, chosen);
  return all.map(({ host, standing, since }) => `${host.name} ${standing} ${since}`);
}

test("this host is the first, the others follow by name", () => {
  expect(take([own, cedar, alder], 5)).toEqual(["birch up 5", "alder up 5", "cedar up 5"]);
  expect(take([own, cedar, alder], 9)).toEqual(["birch up 5", "alder up 5", "cedar up 5"]);
});

test("a host that is gone stays in sight for a minute", () => {
  take([own, alder], 0);
  expect(take([own], 1000)).toEqual(["birch up 0", "alder gone 1000"]);
  expect(take([own], 61_000)).toEqual(["birch up 0", "alder gone 1000"]);
  expect(take([own], 61_001)).toEqual(["birch up 0"]);
});

test("the one that is shown stays for longer, and may come back", () => {
  take([own, alder], 0);
  take([own], 1000);
  expect(take([own], 900_000, { chosen: "alder" })).toEqual(["birch up 0", "alder gone 1000"]);
  expect(take([own, alder], 900_001)).toEqual(["birch up 0", "alder up 900001"]);
});

test("while Redis is away nobody is said to be gone", () => {
  take([own, alder], 0);
  expect(take([own], 1000, { others: "unknown" })).toEqual(["birch up 0", "alder unknown 1000"]);
  expect(take([own], 2000)).toEqual(["birch up 0", "alder gone 2000"]);
});

test("a new process in the place of this host is no second host", () => {
  take([own], 0);
  const next = { ...own, id: "birch-2" };
  expect(take([next], 1000)).toEqual(["birch up 1000"]);
});
