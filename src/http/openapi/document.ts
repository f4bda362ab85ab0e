/** The contract of a server in OpenAPI 3.1. It is loaded when somebody asks for it first. */
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiPathsObject,
} from "zod-openapi";
import type { ProblemType } from "../../problems.ts";
import { type Access, accessOf } from "../guard/access.ts";
import { answerHeadersOf, headerComponents, requestHeader } from "./headers.ts";
import type { DescribedServer, Operation, Operations, Tag } from "./operation.ts";
import { batchPaths } from "./paths/batches.ts";
import { jobControlPaths } from "./paths/job-control.ts";
import { jobsPaths } from "./paths/jobs.ts";
import { describeRuns } from "./paths/runs.ts";
import { schedulePaths } from "./paths/schedules.ts";
import { serverPaths } from "./paths/server.ts";
import { anyProblem, problem, problemAnswers } from "./problem-answers.ts";
import { runCosts } from "./schemas/run.ts";
import { taskComponents } from "./task-schemas.ts";

const description = `Runs CPU-heavy tasks on every core, at once or as durable jobs.

- Every error is a problem (RFC 9457). Its \`type\` is a path of this server that explains it.
- HEAD works wherever GET does. OPTIONS is answered with the \`Allow\` of the path.
- Every answer has an \`X-Request-Id\`: the client's, or a new one.`;

const tags: Readonly<Record<Tag, string>> = {
  Runs: "Tasks, and runs whose client waits for the result.",
  Jobs: "Runs that are accepted now and collected later.",
  "Job control": "What may be done to jobs by hand.",
  Batches: "Jobs that are accepted together, with one end.",
  Schedules: "Jobs that are made whenever they are due.",
  Server: "Health, figures, and what this document is about.",
};

/** Only these tags are about jobs. */
const withoutJobs: readonly string[] = ["Runs", "Server"] satisfies Tag[];

/**
 * @param version of the package
 * @returns JSON text
 */
export function writeDocument(server: DescribedServer, version: string): string {
  const operations = {
    ...describeRuns(server),
    ...(server.jobs && { ...jobsPaths, ...jobControlPaths, ...batchPaths, ...schedulePaths }),
    ...serverPaths,
  };
  const shownTags = Object.entries(tags).filter(
    ([name]) => server.jobs !== null || withoutJobs.includes(name),
  );
  const document: ZodOpenApiObject = {
    openapi: "3.1.1",
    info: {
      title: "The API of manycore",
      version,
      description,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "This server." }],
    tags: shownTags.map(([name, text]) => ({ name, description: text })),
    paths: pathsOf(server, operations),
    components: {
      ...headerComponents(),
      schemas: { Problem: problem, RunCosts: runCosts, ...taskComponents(server.tasks.list()) },
      ...(server.guard.hasToken && {
        securitySchemes: {
          token: {
            type: "http",
            scheme: "bearer",
            description: "A token of the server (`--token`).",
          },
        },
      }),
    },
  };
  return JSON.stringify(withoutUnused(createDocument(document, { override })));
}

/** Headers that no operation names would only be in the way. */
function withoutUnused(document: ReturnType<typeof createDocument>) {
  const { components = {}, paths } = document;
  const text = JSON.stringify(paths);
  const used = (kind: "headers" | "parameters") =>
    Object.fromEntries(
      Object.entries(components[kind] ?? {}).filter(([name]) =>
        text.includes(`"#/components/${kind}/${name}"`),
      ),
    );
  const kept = { ...components, headers: used("headers"), parameters: used("parameters") };
  return { ...document, components: kept };
}

/**
 * An answer may have more fields some day, so none is closed. What zod says of every time and every
 * whole number is left out.
 */
const override: ZodOpenApiOverride = ({ jsonSchema, zodSchema, io }) => {
  if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  const isObject = zodSchema._zod.def.type === "object";
  if (io === "output" && isObject && jsonSchema.additionalProperties === false) {
    delete jsonSchema.additionalProperties;
  }
};

function pathsOf(server: DescribedServer, operations: Operations): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = route.split(" ");
    const template = path.replaceAll(/:(\w+)/g, "{$1}");
    paths[template] = {
      ...paths[template],
      [method.toLowerCase()]: operationOf(server, operation, method, path),
    };
  }
  return paths;
}

function operationOf(
  server: DescribedServer,
  operation: Operation,
  method: string,
  path: string,
): ZodOpenApiOperationObject {
  const { id, tag, summary, description, body, headers = [] } = operation;
  const access = accessOf(method, path);
  const isCounted = server.rateLimiter !== null && !/^\/(livez|readyz)$/.test(path);
  const limited = isCounted ? (["RateLimit-Policy", "RateLimit"] as const) : [];
  const problems = [
    ...operation.problems,
    ...refusalsOf(operation, access, server.guard.hasToken),
    ...(isCounted ? (["rate-limited"] as const) : []),
  ];
  const answers = Object.entries(operation.answers).map(([status, { headers = [], ...answer }]) => [
    status,
    { ...answer, headers: answerHeadersOf([...headers, ...limited]) },
  ]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(operation, access, server.guard.hasToken),
    requestParams: {
      ...(operation.path && { path: operation.path }),
      ...(operation.query && { query: operation.query }),
    },
    ...(headers.length > 0 && { parameters: headers.map(requestHeader) }),
    ...(body && { requestBody: { content: body.content, required: !body.isOptional } }),
    responses: {
      ...Object.fromEntries(answers),
      ...problemAnswers(problems, limited),
      default: anyProblem,
    },
  };
}

/** What the guard may answer. */
function refusalsOf(
  { tokenIsOptional = false }: Operation,
  access: Access,
  hasToken: boolean,
): readonly ProblemType[] {
  if (access === "look") return [];
  const isAsked = hasToken && (access !== "run" || tokenIsOptional);
  const asked = isAsked ? (["unauthorized"] as const) : [];
  const closed = access === "operate" && !hasToken ? (["closed-without-token"] as const) : [];
  return [...asked, ...closed, "foreign-host", "foreign-site"];
}

function securityOf({ tokenIsOptional }: Operation, access: Access, hasToken: boolean) {
  if (!hasToken) return [];
  if (access === "look" || access === "run") return tokenIsOptional ? [{}, { token: [] }] : [];
  return [{ token: [] }];
}
