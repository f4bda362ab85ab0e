import type { Environment } from "../command/environment.ts";
import type { Section } from "./page.ts";
import { type Markup, markup, type Piece } from "./text/markup.ts";
import { formatBytes, formatMoment, formatTime } from "./text/numbers.ts";

export type Fact = readonly [name: string, value: Piece];

/** Where and how a result was measured. */
export function renderEnvironment(
  run: {
    readonly environment: Environment;
    readonly command: string;
    readonly startedAt: string;
    readonly durationMs: number;
  },
  more: readonly Fact[] = [],
): Section {
  const { cpu, cores, memoryBytes, loadAverage, ...versions } = run.environment;
  return {
    id: "environment",
    title: "Environment",
    body: renderFacts([
      ["Command", markup`<code>${run.command}</code>`],
      ["Started", `${formatMoment(run.startedAt)}, took ${formatTime(run.durationMs)}`],
      ...more,
      ["CPU", `${cpu}, ${cores} ${cores === 1 ? "core" : "cores"} to use`],
      ["Memory", formatBytes(memoryBytes)],
      ["Load before", `${loadAverage.toFixed(2)} (average of one minute)`],
      ["System", `${versions.platform}, kernel ${versions.kernel}`],
      ["Node", `${versions.node} (V8 ${versions.v8}, OpenSSL ${versions.openssl})`],
      ["manycore", versions.manycore],
    ]),
  };
}

export function renderFacts(facts: readonly Fact[]): Markup {
  return markup`<dl class="facts">${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}
