import { layOutTable } from "../../command/table.ts";
import { writeMs, writeNumber } from "../../command/wording.ts";
import type { Distribution } from "../../load/result.ts";
import { type Percentile, writeTime } from "../../load/statistics/percentiles.ts";
import type { Load, StressResult } from "../result/result.ts";
import { nameVerdict } from "../result/wording.ts";
import { printObjective } from "../search/objective.ts";

/** The result as text for a terminal: what was loaded, each stretch of load, the verdict. */
export function writeSummary(result: StressResult): string {
  const { target, objectives, plan, environment } = result;
  const what = `${target.method} ${target.path}${target.task === null ? "" : ` ${JSON.stringify(target.input)}`}`;
  const server =
    target.serverFlags === null ? target.url : `manycore ${target.serverFlags.join(" ")}`.trimEnd();
  return [
    "",
    `Load: ${what}, Poisson arrivals, each over one of at most ${plan.connections} connections at random; checked: ${target.checked}`,
    `Of: ${server}`,
    `Asked: ${objectives.map(printObjective).join(" and ")}`,
    `On: ${environment.cores} cores, ${environment.cpu}, Node ${environment.node}`,
    "",
    layOutTable(head, makeRows(result)),
    "",
    ...result.verdict,
    "",
  ].join("\n");
}

const head = [
  "",
  "asked/s",
  "sent/s",
  "served/s",
  "p50 ms",
  "p99 ms",
  "refused",
  "failed",
  "GET / p99 ms",
  "outcome",
];

function makeRows({ unloaded, steps, holds, recovery }: StressResult): string[][] {
  return [
    ...(unloaded === null ? [] : [makeRow("unloaded", unloaded, "one client")]),
    ...steps.map((step, index) =>
      makeRow(`step ${index + 1}${step.confirms ? ", longer" : ""}`, step, nameVerdict(step)),
    ),
    ...holds.map((hold) =>
      makeRow(`${hold.factor}x`, hold, hold.invalid.length > 0 ? "INVALID" : "held"),
    ),
    ...(recovery === null
      ? []
      : [
          makeRow(
            "recovery",
            recovery,
            recovery.afterMs === null ? "not normal" : `normal after ${writeMs(recovery.afterMs)}`,
          ),
        ]),
  ];
}

function makeRow(name: string, load: Load, word: string): string[] {
  const { latency, light } = load;
  const time = (times: Distribution | undefined | null, name: Percentile) =>
    times && times.count > 0 ? writeTime(times, name, writeNumber) : "-";
  return [
    name,
    writeNumber(load.rate),
    writeNumber(load.sentPerSecond),
    writeNumber(load.servedPerSecond),
    time(latency, "p50"),
    time(latency, "p99"),
    String(load.refused),
    String(load.failed),
    time(light?.latency, "p99"),
    word,
  ];
}
