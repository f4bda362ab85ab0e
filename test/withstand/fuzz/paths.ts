import Router from "@koa/router";
import fc from "fast-check";
import { routes } from "../../../src/http/routes.ts";
import type { State } from "../../../src/http/services.ts";
import { testServices } from "../../helpers/services.ts";
import { fieldName, word } from "./words.ts";

/** A path with its parameters, such as `/jobs/:id`, and the methods that it has. */
export interface KnownPath {
  readonly path: string;
  readonly methods: readonly string[];
}

/** Every path of the main port, as the server itself declares them. */
export function mainPaths(): KnownPath[] {
  const router = new Router<State>();
  const services = testServices();
  for (const declareRoutes of routes) declareRoutes(router, services);
  return router.stack.map(({ path, methods }) => ({ path: String(path), methods }));
}

/** The paths of control that leave the workers as they are. */
export const controlPaths: readonly KnownPath[] = [
  ...["/", "/livez", "/stats", "/metrics", "/problems/:type"].map((path) => ({
    path,
    methods: ["GET", "HEAD"],
  })),
  ...["/log-level", "/pause", "/resume"].map((path) => ({ path, methods: ["POST"] })),
];

/** Those that replace workers, add one or take one away. Each costs a boot or more. */
export const operationPaths: readonly KnownPath[] = [
  { path: "/reload", methods: ["POST"] },
  { path: "/workers/:change", methods: ["POST"] },
];

const queryName = fc.oneof(
  { weight: 3, arbitrary: fieldName },
  {
    weight: 2,
    arbitrary: fc.constantFrom("executor", "cursor", "limit", "order", "tag", "batch", "group"),
  },
  { weight: 1, arbitrary: word },
);

const pair = fc.tuple(queryName, word).map((both) => both.map(encoded).join("="));

/** Text behind the question mark. */
export const query = fc.oneof(
  { weight: 5, arbitrary: fc.constant("") },
  { weight: 4, arbitrary: fc.array(pair, { maxLength: 5 }).map((pairs) => pairs.join("&")) },
  { weight: 1, arbitrary: fc.stringMatching(/^[\w%&=+;,.~-]{0,60}$/) },
);

/** What stands for a parameter of a path. Null is a name that the server has given. */
export const parameter = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: word.map(encoded) },
  { weight: 1, arbitrary: fc.constantFrom("..", "%2e%2e", "%2F", "%", "%ff", "%E0%A4%A", ";a=b") },
);

/** A lone surrogate cannot be percent-encoded. */
export function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
