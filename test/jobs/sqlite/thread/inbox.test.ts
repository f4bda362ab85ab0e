import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { Asked } from "../../../../src/channel/contract.ts";
import type { EndedRow, StoreSide } from "../../../../src/jobs/messages/commands.ts";
import { Inbox } from "../../../../src/jobs/sqlite/thread/inbox.ts";
import { plainJob } from "../../../contracts/queue-under-test.ts";

type Command = Asked<StoreSide>;

let inbox: Inbox;
beforeEach(() => {
  inbox = new Inbox();
});

const megabyte = 1_000_000;

function ended(seq: number, length: number): EndedRow {
  return { seq, token: 1, ending: { kind: "succeeded", result: "x".repeat(length) } };
}

function ends(call: number, lengths: readonly number[]): Command {
  const rows = lengths.map((length, index) => ended(100 * call + index, length));
  return { call, name: "ends", args: { ends: rows, place: null } };
}

function submit(call: number, count = 1): Command {
  return { call, name: "submit", args: { jobs: Array.from({ length: count }, () => plainJob) } };
}

const claim = (call: number): Command => {
  return { call, name: "claim", args: { limit: 1, onProbation: [] } };
};
const find = (call: number): Command => {
  return { call, name: "find", args: { id: "x", withResult: false } };
};

function add(...commands: readonly Command[]): void {
  for (const each of commands) inbox.add(each);
}

/** The numbers of the commands in each group. */
function groups(): number[][] {
  const all: number[][] = [];
  while (!inbox.isEmpty) all.push(inbox.takeGroup().map(({ call }) => call));
  return all;
}

test("what is not much is one group", () => {
  add(submit(1), ends(2, [1000, 1000]), claim(3), find(4), submit(5));
  expect(groups().map((group) => group.toSorted())).toEqual([[1, 2, 3, 4, 5]]);
});

test("large results are written one after the other; submits and reads go first", () => {
  add(ends(1, [megabyte]), ends(2, [megabyte]), submit(3), find(4));
  expect(groups()).toEqual([[3, 4], [1], [2]]);
});

test("a claim stays behind the ends before it, and so does all else that must", () => {
  const cancel: Command = { call: 4, name: "cancel", args: { id: "x" } };
  add(ends(1, [megabyte]), ends(2, [megabyte]), claim(3), cancel, ends(5, [10]));
  expect(groups()).toEqual([[1], [2, 3, 4, 5]]);
});

test("many jobs at once let a single one go first", () => {
  add(submit(1, 500), submit(2, 500), submit(3));
  expect(groups()).toEqual([[3], [1], [2]]);
});

test("what goes first does not hold up the others for ever", () => {
  add(ends(1, [megabyte]), ends(2, [megabyte]));
  const order: number[] = [];
  for (let call = 3; call < 7; call++) {
    add(submit(call));
    order.push(...inbox.takeGroup().map((each) => each.call));
  }
  expect(order).toEqual([3, 1, 4, 5, 2, 6]);
});

test("ends that came together and are too much are divided, and wait until the last is written", () => {
  add(ends(1, [10, megabyte, 10, megabyte, megabyte]), ends(2, [10]));
  const taken: number[][] = [];
  const isWaiting: boolean[] = [];
  while (!inbox.isEmpty) {
    taken.push(inbox.takeGroup().flatMap((each) => (each.name === "ends" ? rowsOf(each) : [])));
    isWaiting.push(inbox.isWaiting(1));
  }
  expect(taken).toEqual([[100, 101, 102], [103], [104, 200]]);
  expect(isWaiting).toEqual([true, true, false]);
});

function rowsOf({ args }: Asked<StoreSide, "ends">): number[] {
  return args.ends.map(({ seq }) => seq);
}

test("whatever comes, each is handed out once, and ends and claims in their order", () => {
  const made = fc.oneof(
    fc.constant(submit),
    fc.constant(claim),
    fc.constant(find),
    fc.constant((call: number) => submit(call, 300)),
    fc
      .array(fc.constantFrom(10, 400_000, megabyte), { minLength: 1, maxLength: 4 })
      .map((lengths) => (call: number) => ends(call, lengths)),
  );
  const steps = fc.array(fc.record({ makes: fc.array(made, { maxLength: 4 }), takes: fc.nat(2) }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(steps, (list) => {
      inbox = new Inbox();
      let call = 0;
      const added: Command[] = [];
      const taken: Command[] = [];
      for (const { makes, takes } of list) {
        const commands = makes.map((make) => make(++call));
        added.push(...commands);
        add(...commands);
        for (let time = 0; time < takes; time++) taken.push(...inbox.takeGroup());
      }
      while (!inbox.isEmpty) taken.push(...inbox.takeGroup());
      expect(inOrder(taken)).toEqual(inOrder(added));
      expect([...new Set(taken.map((each) => each.call))]).toHaveLength(added.length);
    }),
    { numRuns: 200 },
  );
});

/** Claims by their number, and ends by their rows. */
function inOrder(commands: readonly Command[]): string[] {
  return commands.flatMap((each) => {
    if (each.name === "ends") return rowsOf(each).map(String);
    return each.name === "claim" ? [`claim ${each.call}`] : [];
  });
}
