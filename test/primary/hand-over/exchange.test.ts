/** What the primary makes of workers that answer wrongly, late, or not at all. */
import { beforeEach, expect, test } from "vitest";
import type { BorrowAnswer, LendAnswer, LentRun } from "../../../src/channel/hand-over.ts";
import type { Life } from "../../../src/channel/life.ts";
import { Exchange } from "../../../src/primary/hand-over/exchange.ts";
import type { MemberEnd } from "../../../src/primary/hand-over/members.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const [lender, borrower, other] = [1, 2, 3] as Life[] as [Life, Life, Life];
const run: LentRun = {
  ...{ task: "hash", executor: "inline", input: "{}", waitedMs: 100, leftMs: 5000 },
  ...{ runTimeoutMs: null, traceparent: null },
};

let clock: ManualClock;
let exchange: Exchange;
let said: string[];
/** What the borrower has got, and how it answers. */
let got: { number: number; run: LentRun; answer: PromiseWithResolvers<BorrowAnswer> }[];

function endOf(): MemberEnd {
  return {
    borrow: (number, lent) => {
      const answer = Promise.withResolvers<BorrowAnswer>();
      got.push({ number, run: lent, answer });
      return answer.promise;
    },
    stop: (number) => said.push(`stop ${number}`),
    ask: () => {},
    letLend: () => {},
  };
}

beforeEach(() => {
  clock = new ManualClock();
  exchange = new Exchange(clock);
  [said, got] = [[], []];
  for (const life of [lender, borrower]) exchange.join(life, life, 1, endOf());
});

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function lend(number: number): LendAnswer[] {
  const answers: LendAnswer[] = [];
  void exchange.lend(lender, number, run).then((answer) => answers.push(answer));
  exchange.stand(borrower, 1, false);
  return answers;
}

test("a worker that never answers: the run is late at its deadline, and nothing is left of it", async () => {
  const answers = lend(1);
  clock.advance(4999);
  await settle();
  expect(answers).toEqual([]);
  clock.advance(1);
  await settle();
  expect(answers).toEqual([{ kind: "late" }]);
  expect(said).toEqual([`stop ${got[0]?.number}`]);
  // Whatever it says now changes nothing.
  exchange.started(borrower, got[0]?.number ?? 0);
  got[0]?.answer.resolve({ kind: "refused", isBusy: true });
  await settle();
  exchange.stand(borrower, 1, false);
  await settle();
  expect([answers.length, got.length]).toEqual([1, 1]);
});

test("a run that has started has no deadline for its wait", async () => {
  const answers = lend(1);
  exchange.started(borrower, got[0]?.number ?? 0);
  clock.advance(100_000);
  await settle();
  expect(answers).toEqual([]);
  got[0]?.answer.resolve({ kind: "ran" });
  await settle();
  expect(answers).toEqual([{ kind: "ran" }]);
});

test("an answer that cannot be read fails a run that had started, and sends home one that had not", async () => {
  const [one, two] = [lend(1), lend(2)];
  exchange.started(borrower, got[0]?.number ?? 0);
  got[0]?.answer.reject(new Error("The answer to borrow is wrong."));
  await settle();
  expect(one).toEqual([{ kind: "failed" }]);
  exchange.stand(borrower, 1, false);
  got[1]?.answer.reject(new Error("The answer to borrow is wrong."));
  await settle();
  expect(two).toEqual([{ kind: "returned", isHome: true }]);
});

test("a worker that starts what nobody gave it, or names its runs twice, harms nobody", async () => {
  exchange.started(borrower, 77);
  exchange.unwanted(borrower, 77);
  exchange.unwanted(other, 1);
  const [one, two] = [lend(1), lend(1)];
  await settle();
  got[0]?.answer.resolve({ kind: "ran" });
  await settle();
  exchange.stand(borrower, 1, false);
  got[1]?.answer.resolve({ kind: "ran" });
  await settle();
  expect([one, two]).toEqual([[{ kind: "ran" }], [{ kind: "ran" }]]);
});

test("the primary ends without a timer", () => {
  lend(1);
  void exchange.lend(lender, 2, run);
  exchange.close();
  expect(clock.pending).toBe(0);
});

test("the wait in the primary goes along", () => {
  void exchange.lend(lender, 1, run);
  clock.advance(50);
  exchange.stand(borrower, 1, false);
  expect(got[0]?.run.waitedMs).toBe(150);
});
