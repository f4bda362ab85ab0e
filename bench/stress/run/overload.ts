import { writePerSecond } from "../../command/wording.ts";
import { overloadFactors, timeShares } from "../options/schedule.ts";
import { describeLoad } from "../result/load.ts";
import type { Hold } from "../result/result.ts";
import { writeLoadLine } from "../result/wording.ts";
import { RefusalSampler } from "../target/refusals.ts";
import { judgeDrive } from "./drive.ts";
import { watchRecovery } from "./recover.ts";
import type { Session } from "./session.ts";

/** A shorter overload shows nothing. */
const leastMs = 500;
/** Rate after the overload, as a share of the rate that was found. */
const recoveryShare = 0.25;

/** Holds 2 and 5 times the rate that was found. Then watches the server recover. */
export async function runOverload(session: Session, rate: number): Promise<void> {
  const { maxRate } = session.options;
  const held = overloadFactors.filter((factor) => factor * rate <= maxRate);
  if (held.length > 0) {
    session.watcher.phase(
      `phase 4 of 5, overload: ${held.join(" and ")} times ${writePerSecond(rate)}`,
    );
  }
  for (const factor of overloadFactors) {
    if (session.stop.signal.aborted) return;
    if (!held.includes(factor)) {
      const asked = writePerSecond(factor * rate);
      session.watcher.finished(`${factor}x not held: ${asked} is above --max-rate ${maxRate}`);
      continue;
    }
    // The recovery begins when the last overload ends, while the server's queue is still full.
    const afterwards =
      factor === held.at(-1) ? () => watchRecovery(session, recoveryShare * rate) : null;
    await holdOverload(session, factor, factor * rate, afterwards);
  }
}

async function holdOverload(
  session: Session,
  factor: number,
  rate: number,
  afterwards: (() => Promise<void>) | null,
): Promise<void> {
  const { aim, range, watcher, measured, options, leftMs } = session;
  const { connections, seed, objectives } = options;
  const share = afterwards === null ? timeShares.firstHold : timeShares.lastHold;
  const holdMs = Math.min(options.holdMs, share * leftMs() - range.startMs);
  if (holdMs < leastMs) {
    watcher.finished(`${factor}x not held: no time is left`);
    return;
  }
  watcher.began(`${factor}x overload`, rate);
  const sampler = new RefusalSampler(aim);
  const ended = Promise.withResolvers<void>();
  const holding = range
    .load(
      {
        arrivals: { kind: "poisson", perSecond: rate, seed: seed + 100 * factor, counted: true },
        // Queues fill in this time.
        warmupMs: holdMs / 3,
        durationMs: (2 * holdMs) / 3,
        connections,
      },
      (progress) => {
        if (progress.phase === "drain") ended.resolve();
        else watcher.progress(progress);
      },
    )
    .finally(() => ended.resolve());
  await ended.promise;
  const refusals = sampler.stop();
  const [result] = await Promise.all([holding, afterwards?.()]);
  const held: Hold = {
    ...describeLoad(rate, result),
    factor,
    refusals: await refusals,
    invalid: result.stopped
      ? ["cut off before its end"]
      : judgeDrive(result, objectives, Number.POSITIVE_INFINITY),
  };
  measured.holds.push(held);
  const stamp = held.invalid.length === 0 ? "" : ` -> INVALID (${held.invalid.join("; ")})`;
  watcher.finished(`${writeLoadLine(`${factor}x`, held)}${stamp}`);
}
