import { expect, test } from "vitest";
import { nextLife } from "../../../../src/channel/life.ts";
import type { Assignment } from "../../../../src/jobs/job.ts";
import { Dispatch } from "../../../../src/jobs/sqlite/primary/dispatch.ts";
import { ManualClock } from "../../../helpers/manual-clock.ts";

const life = nextLife(undefined);

const assignment = (id: string): Assignment => ({
  id,
  token: 1,
  task: "double",
  input: "{}",
  attempt: 1,
  maxAttempts: 3,
  timeoutMs: 1000,
});

test("a job that is cancelled during a claim does not cost the claimed ones", async () => {
  const claims: PromiseWithResolvers<readonly Assignment[]>[] = [];
  const sent: string[] = [];
  const clock = new ManualClock();
  const dispatch = new Dispatch({
    clock,
    workers: 1,
    claim: () => {
      const claim = Promise.withResolvers<readonly Assignment[]>();
      claims.push(claim);
      return claim.promise;
    },
    claimQuarantined: async () => null,
    onProbationChange: () => {},
    handBack: ({ id }) => sent.push(`${id} handed back`),
    send: (_life, { id }) => sent.push(id),
  });
  const settled = () => new Promise(setImmediate);
  dispatch.attach(life, 1);
  dispatch.told({ ready: 9, quarantined: 0 });
  dispatch.offer(life, 2, 0);
  claims[0]?.resolve(["first", "second", "third"].map(assignment));
  await settled();
  expect(sent).toEqual(["first", "second"]);
  // Two have ended: so many are claimed ahead, and one of them is there.
  for (const id of sent) dispatch.ended(life, assignment(id), true);
  dispatch.told({ ready: 9, quarantined: 0 });
  expect(claims).toHaveLength(2);
  expect(dispatch.drop(assignment("third"))).toBe(true);
  claims[1]?.resolve([assignment("fourth")]);
  await settled();
  dispatch.offer(life, 1, 2);
  expect(sent).toEqual(["first", "second", "fourth"]);
});

test("a suspect is with its worker before a cancel of the same group is handled", async () => {
  const claimed = Promise.withResolvers<Assignment | null>();
  const dispatch = new Dispatch({
    clock: new ManualClock(),
    workers: 1,
    claim: async () => [],
    claimQuarantined: () => claimed.promise,
    onProbationChange: () => {},
    handBack: () => {},
    send: () => {},
  });
  dispatch.attach(life, 1);
  dispatch.offer(life, 1, 0);
  dispatch.told({ ready: 0, quarantined: 1 });
  const cancel = Promise.withResolvers<void>();
  const owner = (async () => {
    await cancel.promise;
    return dispatch.ownerOf(assignment("suspect"));
  })();
  claimed.resolve(assignment("suspect"));
  cancel.resolve();
  expect(await owner).toBe(life);
});
