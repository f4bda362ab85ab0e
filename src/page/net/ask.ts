import type { Page } from "../page.ts";
import { Problem, readProblem } from "./problem.ts";

/** The token lasts as long as the tab. */
const tokenKey = "manycore.token";

/**
 * @param askForToken gives what the user types; undefined if they leave it
 */
export function createAsk(askForToken: () => Promise<string | undefined>): Page["ask"] {
  /** Several requests may need it at once: the user is asked once. */
  let asking: Promise<string | undefined> | undefined;

  return async function ask(path, init = {}) {
    const token = sessionStorage.getItem(tokenKey);
    let answer = await send(path, init, token);
    if (answer.status === 401) {
      asking ??= askForToken().finally(() => {
        asking = undefined;
      });
      const typed = await asking;
      if (typed !== undefined) {
        sessionStorage.setItem(tokenKey, typed);
        answer = await send(path, init, typed);
        if (answer.status === 401) sessionStorage.removeItem(tokenKey);
      }
    }
    if (!answer.ok) throw await readProblem(answer);
    return answer;
  };
}

async function send(path: string, init: RequestInit, token: string | null): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has("Accept")) headers.set("Accept", "application/json");
  if (token !== null) headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(new URL(path, document.baseURI), { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem(0, { detail: "The server does not answer. Is it still running?" });
  }
}
