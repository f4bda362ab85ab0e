import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { drawShares } from "../../report/svg/shares.ts";
import type { Markup } from "../../report/text/markup.ts";
import { formatCount, formatShare } from "../../report/text/numbers.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";

type Answers = Readonly<Record<string, number>>;

interface Split {
  readonly variant: string;
  readonly connections: string;
  readonly parts: readonly { readonly name: string; readonly value: number }[];
}

export function renderWorkers({ variants }: BenchResult): Section {
  const splits = variants.flatMap(findSplits);
  return {
    id: "workers",
    title: "Runs per worker",
    body:
      splits.length === 0
        ? renderAbsence(
            "Runs per worker were not measured, or no variant has more than one worker.",
          )
        : renderWorkersFigure(splits),
  };
}

/** With one worker there is nothing to split. */
function findSplits({ name, workers, perWorker }: VariantResult): Split[] {
  if (perWorker === null || workers < 2) return [];
  const of = (connections: string, answers: Answers): Split => ({
    variant: name,
    connections,
    parts: Object.entries(answers).map(([worker, value]) => ({ name: `worker ${worker}`, value })),
  });
  return [
    of("kept alive", perWorker.keepAlive),
    of("one a request", perWorker.connectionPerRequest),
  ].filter(({ parts }) => parts.some(({ value }) => value > 0));
}

function renderWorkersFigure(splits: readonly Split[]): Markup {
  const most = Math.max(...splits.map(({ parts }) => parts.length));
  const rows = splits.map(({ variant, connections, parts }) => ({
    label: `${variant}, ${connections}`,
    text: formatShares(parts),
    parts,
  }));
  return renderFigure({
    id: "worker-shares",
    see: "The share of the runs that each worker had. node:cluster distributes connections, not requests: a connection that is kept alive stays with its worker, however busy that is. The dashed ticks are equal shares.",
    how: "Correct answers by the worker that gave them: with connections kept alive, and with a connection for each request.",
    chart: (frame) =>
      drawShares(frame, {
        title: "Runs per worker",
        description: `${rows.map(({ label, text }) => `${label}: ${text}`).join("; ")}.`,
        rows,
      }),
    table: {
      caption: "Correct answers by worker",
      head: [
        "Variant",
        "Connections",
        ...Array.from({ length: most }, (_, index) => `Worker ${index + 1}`),
      ],
      words: [1],
      rows: splits.map(({ variant, connections, parts }) => [
        variant,
        connections,
        ...Array.from({ length: most }, (_, index) => {
          const value = parts[index]?.value;
          return value === undefined ? "–" : formatCount(value);
        }),
      ]),
    },
  });
}

/** Every share if there are few workers, otherwise their range. */
function formatShares(parts: Split["parts"]): string {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  const shares = parts.map(({ value }) => Math.round((100 * value) / whole));
  return shares.length <= 4
    ? `${shares.join(" : ")} %`
    : `${formatShare(Math.min(...shares) / 100)} to ${formatShare(Math.max(...shares) / 100)}`;
}
