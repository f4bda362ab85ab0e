import type Router from "@koa/router";
import { type Key, pathToRegexp } from "path-to-regexp";
import { AppError } from "../errors.ts";
import type { Guard } from "./guard/guard.ts";
import type { RequestCheck } from "./guard/request-check.ts";
import type { Answer, HttpContext, State } from "./services.ts";

/** What we read of a declared route: public properties only. */
type DeclaredRoute = Pick<Router<State>["stack"][number], "path" | "methods" | "stack">;

interface Route {
  readonly path: string;
  readonly methods: readonly string[];
  readonly regexp: RegExp;
  readonly keys: readonly Key[];
  /** Undefined where everybody may call it. */
  readonly check: RequestCheck | undefined;
  readonly answer: Answer;
}

/**
 * Answers each request by the first declared route with its path and method. OPTIONS gets the methods
 * of the path. Routes are declared with @koa/router, which adds HEAD to GET. The lookup is ours, with
 * the same path-to-regexp: the router's own middleware tries every route and composes a chain for each
 * request. That takes 11 us of CPU time; node:http takes 41 us for `GET /`, and Koa 14 more.
 *
 * @param guard checks the request by the route that it was found to mean
 * @param hint where to begin, for a client that asked for a path that is not there
 */
export function createRouting(
  router: Router<State>,
  guard: Pick<Guard, "checkOf">,
  hint = "GET /tasks lists the tasks.",
): Answer {
  const routes = router.stack.map((declared) => readRoute(declared, guard));
  const { methods } = router;

  return (ctx) => {
    const { path, method } = ctx.request;
    const allowed: string[] = [];
    for (const route of routes) {
      const match = route.regexp.exec(path);
      if (!match) continue;
      if (route.methods.includes(method)) {
        ctx.state.route = route.path; // Logs and metrics name it for refused requests, too.
        route.check?.(ctx.req);
        ctx["params"] = readParams(route, match);
        return route.answer(ctx);
      }
      allowed.push(...route.methods);
    }
    if (!methods.includes(method)) throw explainUnknownMethod(method);
    // The whole server (RFC 9110, section 9.3.7).
    if (path === "*" && method === "OPTIONS") allowed.push(...methodsOf(routes));
    if (allowed.length === 0) throw explainNothingAt(path, hint);
    const allow = [...new Set(allowed)].join(", ");
    if (method !== "OPTIONS") throw explainNotAllowed(method, path, allow);
    answerOptions(ctx, allow);
  };
}

function methodsOf(routes: readonly Route[]): readonly string[] {
  return routes.flatMap((route) => route.methods);
}

/** @throws Error for a route that needs the router's own middleware */
function readRoute(declared: DeclaredRoute, guard: Pick<Guard, "checkOf">): Route {
  const { path, methods, stack } = declared;
  const [handler, ...more] = stack;
  if (methods.length === 0) throw new Error(`Middleware goes to the app, not to ${path}`);
  if (typeof path !== "string") throw new Error(`Give ${path} as text`);
  if (!handler || more.length > 0 || handler.length > 1) {
    throw new Error(`Give ${path} one handler, of ctx alone`);
  }
  const check = guard.checkOf(methods.at(-1) ?? "", path);
  return { path, methods, ...pathToRegexp(path), check, answer: handler as unknown as Answer };
}

function readParams({ keys }: Route, match: RegExpExecArray): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, { name }] of keys.entries()) {
    params[name] = decode(match[index + 1] ?? "");
  }
  return params;
}

/** Text that is no valid percent-encoding stays as it is. Then nothing has that name. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function answerOptions(ctx: HttpContext, allow: string): void {
  ctx.set("Allow", allow);
  ctx.body = "";
}

export function explainUnknownMethod(method: string): AppError {
  return new AppError("not-implemented", `The server does not know the method ${method}.`);
}

function explainNothingAt(path: string, hint: string): AppError {
  return new AppError("not-found", `Nothing is served at ${path}. ${hint}`);
}

function explainNotAllowed(method: string, path: string, allow: string): AppError {
  const detail = `${method} is not allowed on ${path}. Use ${allow}.`;
  return new AppError("method-not-allowed", detail, { headers: { Allow: allow } });
}
