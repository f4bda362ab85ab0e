import type { WebhookHost } from "../../config/webhook-hosts.ts";
import { AllowedHosts } from "./allowed.ts";

/** Longest address of a webhook, in characters. */
export const maxUrlLength = 2000;

/** What a submission asks the worker about `onEnd.url`. */
export interface WebhookRules {
  /** Why a webhook cannot be sent there, with the remedy; null if it can. */
  refusalOf(url: string): string | null;
}

const form = "must be a URL that begins with https:// or http://";

/** @param hosts of `--webhooks` */
export function webhookRules(hosts: readonly WebhookHost[]): WebhookRules {
  return hosts.length === 0 ? noTargets : new ListedTargets(new AllowedHosts(hosts));
}

/** The rules where `--webhooks` has named hosts. */
class ListedTargets implements WebhookRules {
  readonly #allowed: AllowedHosts;

  constructor(allowed: AllowedHosts) {
    this.#allowed = allowed;
  }

  refusalOf(text: string): string | null {
    if (text.length > maxUrlLength) return `must have at most ${maxUrlLength} characters`;
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol)) return form;
    if (url.username !== "" || url.password !== "") {
      return "must not hold a user name or a password: the signature shows who sends";
    }
    if (text.includes("#")) return "must not have a fragment (#...): it is never sent";
    const refusal = this.#allowed.refusalOfHost(url);
    return refusal === null ? null : `${refusal}. Ask the operator to list it there`;
  }
}

/** The rules where there are no webhooks. */
export const noTargets: WebhookRules = {
  refusalOf: () =>
    "this server sends no webhooks: leave onEnd out, or ask the operator to start it with --webhooks HOSTS",
};
