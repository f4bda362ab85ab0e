/** Who may send what: by a token, by the name of the server, and by the site that a page is from. */
import { type GuardSettings, isClosedWithoutToken } from "../../config/guard-settings.ts";
import { AppError } from "../../errors.ts";
import { accessOf } from "./access.ts";
import { createSiteCheck } from "./other-site.ts";
import { createHostCheck } from "./own-host.ts";
import type { RequestCheck } from "./request-check.ts";
import { createTokenCheck } from "./token.ts";

/** What guards the routes of the main port. */
export interface Guard {
  /**
   * The check of a route, before anything of the request is read; undefined where there is nothing to
   * check. So a route that anybody may call costs nothing.
   *
   * @param path as it was declared
   */
  checkOf(method: string, path: string): RequestCheck | undefined;
  /** Origins of the sites whose pages may use the server; `*` for every one. */
  readonly cors: readonly string[];
  /** For a run that becomes a job. */
  readonly requireToken: RequestCheck;
  /** Whether the server has a token. */
  readonly hasToken: boolean;
}

/**
 * The guard of the main port. Runs are open: they need no token. All that has to do with jobs needs
 * one, if the server has one. If it has none and other machines reach it, what belongs to others is off.
 */
export function createGuard(settings: GuardSettings): Guard {
  const { requireHost, requireOwn, requireToken, requireOperator } = createChecks(settings);
  return {
    cors: settings.cors,
    requireToken,
    hasToken: settings.tokens.length > 0,
    checkOf(method, path) {
      const access = accessOf(method, path);
      if (access === "look") return undefined;
      if (access === "run") return requireOwn;
      // No page sees the answer to a read that it sends to another site: its browser holds it back.
      const requireOrigin = isRead(method) ? requireHost : requireOwn;
      return both(requireOrigin, access === "operate" ? requireOperator : requireToken);
    },
  };
}

/**
 * Guards the admin listener: every request must be meant for it and come from no page of another site.
 * What changes something needs a token if there is one, and is off without one if other machines reach
 * the listener. To read jobs needs what it needs on the main port.
 *
 * @param settings with the host of this listener
 */
export function createControlGuard(settings: GuardSettings): Pick<Guard, "checkOf"> {
  const { requireOwn, requireToken, requireOperator } = createChecks(settings);
  return {
    checkOf(method, path) {
      const access = isRead(method) ? accessOf(method, path) : "operate";
      if (access === "follow") return both(requireOwn, requireToken);
      return access === "operate" ? both(requireOwn, requireOperator) : requireOwn;
    },
  };
}

function createChecks(settings: GuardSettings) {
  const { tokens } = settings;
  const requireHost = createHostCheck(settings);
  const requireOwn = both(requireHost, createSiteCheck(settings.cors));
  const requireToken = tokens.length === 0 ? () => {} : createTokenCheck(tokens);
  const requireOperator = isClosedWithoutToken(settings) ? refuseOperation : requireToken;
  return { requireHost, requireOwn, requireToken, requireOperator };
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function both(first: RequestCheck, second: RequestCheck): RequestCheck {
  return (request) => {
    first(request);
    second(request);
  };
}

function refuseOperation(): never {
  const detail =
    "Other machines reach this server, and it has no token that tells who may do this. Start it with --token TOKEN (or --token-file FILE, or MANYCORE_TOKEN), and send Authorization: Bearer TOKEN. Submitting, and reading by id, need none.";
  throw new AppError("closed-without-token", detail);
}
