import type { SeenHost } from "../../../telemetry/watch/hosts.ts";
import { element, setText } from "../../dom.ts";
import { formatMs, formatNumber } from "../../format.ts";
import type { KnownHost } from "./known-hosts.ts";

/** A record comes each second. */
const freshMs = 2500;

/** The parts of a card that change, with what each says. */
const facts: readonly (readonly [name: string, text: (host: SeenHost) => string])[] = [
  [
    "workers up",
    ({ workers }) =>
      `${workers.filter(({ stage }) => stage === "ready").length} of ${workers.length}`,
  ],
  ["runs", ({ figures }) => `${formatNumber(figures.runsPerSecond)}/s`],
  ["p99", ({ figures: { ranMs } }) => (ranMs ? formatMs(ranMs.p99) : "–")],
];

export interface Card {
  readonly node: HTMLElement;
  show(known: KnownHost, isChosen: boolean): void;
}

/** One host, as a link that shows its lanes and charts. */
export function createCard({ host: { id, isThis } }: KnownHost): Card {
  const name = element("b");
  const tag = isThis ? [element("span", { class: "tag" }, "this host")] : [];
  const place = element("span", { class: "place" });
  const age = element("span", { class: "age" });
  const bar = element("meter", { min: 0, max: 1, "aria-label": "busy share of its cores" });
  const share = element("span", { class: "share" });
  const values = facts.map(() => element("dd"));
  const list = facts.map(([title], at) =>
    element("div", {}, element("dt", {}, title), values[at] ?? ""),
  );
  const link = element(
    "a",
    { href: isThis ? "#cores" : `#cores/${encodeURIComponent(id)}`, class: "host" },
    element("span", { class: "who" }, name, ...tag, age),
    place,
    element("span", { class: "busy" }, bar, share),
    element("dl", {}, ...list),
  );
  function show({ host, standing, since }: KnownHost, isChosen: boolean): void {
    const { busyShare, cores } = host.figures;
    setText(name, host.name);
    setText(place, `${host.url.replace(/^https?:\/\//, "")} · pid ${host.pid}`);
    setText(age, standing === "up" ? ageOf(host) : `${wordsOf[standing]} ${timeOf(since)}`);
    bar.value = standing === "up" ? (busyShare ?? 0) : 0;
    setText(share, shareOf(standing === "up" ? busyShare : null, cores));
    for (const [at, [, text]] of facts.entries()) {
      const value = values[at];
      if (value) setText(value, standing === "up" ? text(host) : "–");
    }
    link.dataset["standing"] = standing;
    if (isChosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  return { node: element("li", {}, link), show };
}

const wordsOf = { gone: "gone since", unknown: "not known since" } as const;

function ageOf({ ageMs }: SeenHost): string {
  return ageMs < freshMs ? "now" : `${formatMs(ageMs)} ago`;
}

function shareOf(busyShare: number | null, cores: number): string {
  const of = `of ${cores} ${cores === 1 ? "core" : "cores"}`;
  return busyShare === null ? `– ${of}` : `${Math.round(100 * busyShare)} % ${of}`;
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB");
}
