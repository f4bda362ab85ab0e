import type { Reply } from "../../../channel/envelope.ts";
import type { AskedCommand, HostChannel } from "../../messages/commands.ts";
import type { Gate } from "./gate.ts";
import type { Inbox } from "./inbox.ts";
import { noNews } from "./news.ts";
import type { Store } from "./store.ts";

const nothingToClaim = { ready: 0, quarantined: 0 };

export interface TellingOptions {
  readonly store: Store;
  readonly host: HostChannel;
  readonly inbox: Inbox;
  readonly gate: Gate;
}

/** What the primary hears after a step of the store: answers, news, and how many jobs are ready. */
export class Telling {
  readonly #options: TellingOptions;
  #trouble: string | null = null;

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /** Whether the primary was told last that writes fail. */
  get isInTrouble(): boolean {
    return this.#trouble !== null;
  }

  tell(answers: readonly Reply[]): void {
    const { store, host, gate } = this.#options;
    this.#tellTrouble();
    const hasWrites = gate.allowsWrites;
    const news = hasWrites ? store.takeNews() : noNews;
    const { jobs, batches, stops, schedules, hasDeliveries } = news;
    this.#reply(answers);
    for (const each of jobs) host.note("news", each);
    for (const each of batches) host.note("batch-news", each);
    if (stops.length > 0) host.note("stops", { attempts: stops });
    if (schedules.length > 0) host.note("schedules", { news: schedules });
    if (hasDeliveries) host.note("deliveries", {});
    if (hasWrites) host.note("counts", { ready: store.ready, quarantined: store.quarantined });
    else host.note("counts", nothingToClaim);
    host.flush();
  }

  /** A step failed. Answers what was committed before, and refuses the rest. */
  tellBrokenOff(asked: readonly AskedCommand[], answers: readonly Reply[]): void {
    const { host, gate } = this.#options;
    const kept = answers.filter((reply) => "value" in reply);
    const calls = new Set(kept.map(({ answer }) => answer));
    this.#reply([...kept, ...gate.refuseAll(asked.filter(({ call }) => !calls.has(call)))]);
    host.note("counts", nothingToClaim);
    host.flush();
  }

  #tellTrouble(): void {
    const { store, host, gate } = this.#options;
    if (store.trouble === this.#trouble || !gate.allowsWrites) return;
    this.#trouble = store.trouble;
    host.note("trouble", { message: this.#trouble });
  }

  #reply(answers: readonly Reply[]): void {
    const { host, inbox } = this.#options;
    for (const each of answers) if (!inbox.isWaiting(each.answer)) host.reply(each);
  }
}
