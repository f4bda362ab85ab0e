import { generator } from "./generator.ts";
import { handOver } from "./hand-over.ts";
import { handOverCost } from "./hand-over-cost.ts";
import { hosts } from "./hosts.ts";
import { jobs } from "./jobs.ts";
import { jobsLight } from "./jobs-light.ts";
import { jobsMillion } from "./jobs-million.ts";
import { jobsRecovery } from "./jobs-recovery.ts";
import { jobsRedis } from "./jobs-redis.ts";
import { jobsStalls } from "./jobs-stalls.ts";
import { overhead } from "./overhead.ts";
import { overload } from "./overload.ts";
import { overloadOpen } from "./overload-open.ts";
import type { Question } from "./question.ts";
import { selfTestQuestion } from "./self-test.ts";

export const questions: readonly Question[] = [
  ...[
    overhead,
    overload,
    overloadOpen,
    handOver,
    handOverCost,
    generator,
    jobs,
    jobsLight,
    jobsRecovery,
    jobsMillion,
    jobsStalls,
    jobsRedis,
    hosts,
  ],
  selfTestQuestion,
];
