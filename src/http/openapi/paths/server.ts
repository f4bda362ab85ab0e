import { z } from "zod";
import { problems } from "../../../problems.ts";
import { json, type Operations } from "../operation.ts";
import { count, text } from "../schemas/common.ts";
import { stats } from "../schemas/stats.ts";

const place = { worker: z.int(), pid: z.int() };

const hello = z
  .object({ message: z.literal("hello world"), ...place })
  .meta({ id: "Hello", description: "Which worker answered." });

const problemType = z
  .object({
    type: z.string(),
    status: z.int(),
    title: z.string(),
    meaning: z.string(),
    remedy: z.string(),
  })
  .meta({ id: "ProblemType", description: "What a problem means, and what to do." });

const html = { schema: text };

/** What tells about the server itself. */
export const serverPaths: Operations = {
  "GET /": {
    id: "hello",
    tag: "Server",
    summary: "Hello world",
    description: "The light request. How long it takes shows what heavy requests beside it cost.",
    answers: {
      200: {
        description: "The same words as text, JSON or a page.",
        headers: ["Link"],
        content: {
          "text/plain": { schema: text, example: "hello world\n" },
          ...json(hello),
          "text/html": html,
        },
      },
    },
    problems: ["not-acceptable"],
  },
  "GET /livez": {
    id: "livez",
    tag: "Server",
    summary: "Is the server alive",
    answers: {
      200: {
        description: "The event loop of this worker turns.",
        content: json(z.object({ status: z.literal("alive"), ...place })),
      },
    },
    problems: [],
  },
  "GET /readyz": {
    id: "readyz",
    tag: "Server",
    summary: "Does the server take new work",
    answers: {
      200: {
        description: "It does. How many of its workers are ready.",
        content: json(
          z.object({
            status: z.literal("ready"),
            ...place,
            workers: z.object({ ready: count, total: count }),
          }),
        ),
      },
    },
    problems: ["draining"],
  },
  "GET /stats": {
    id: "stats",
    tag: "Server",
    summary: "The server and its queue in figures",
    description: "The same from every worker.",
    answers: { 200: { description: "The figures.", content: json(stats) } },
    problems: ["not-acceptable"],
  },
  "GET /metrics": {
    id: "metrics",
    tag: "Server",
    summary: "The same figures for Prometheus",
    answers: {
      200: {
        description: "The figures in the text format of Prometheus.",
        content: { "text/plain": { schema: text } },
      },
    },
    problems: [],
  },
  "GET /problems": {
    id: "listProblems",
    tag: "Server",
    summary: "All types of problems",
    answers: {
      200: {
        description: "Every type, as text, JSON or a page.",
        content: {
          "text/plain": { schema: text },
          ...json(z.object({ problems: z.array(problemType) })),
          "text/html": html,
        },
      },
    },
    problems: ["not-acceptable"],
  },
  "GET /problems/:type": {
    id: "getProblem",
    tag: "Server",
    summary: "What a problem means, and what to do",
    path: z.object({
      type: z
        .enum(Object.keys(problems))
        .meta({ description: "The last part of its `type`.", example: "not-found" }),
    }),
    answers: {
      200: {
        description: "The type, as text, JSON or a page.",
        content: { "text/plain": { schema: text }, ...json(problemType), "text/html": html },
      },
    },
    problems: ["not-found", "not-acceptable"],
  },
  "GET /openapi.json": {
    id: "openapi",
    tag: "Server",
    summary: "This document",
    headers: ["If-None-Match"],
    answers: {
      200: {
        description: "OpenAPI 3.1. It is the same until the server is reloaded.",
        headers: ["ETag"],
        content: json(z.record(z.string(), z.unknown())),
      },
      304: { description: "It has not changed.", headers: ["ETag"] },
    },
    problems: ["not-acceptable"],
  },
  "GET /docs": {
    id: "docs",
    tag: "Server",
    summary: "This document as a page",
    answers: { 200: { description: "The page.", content: { "text/html": html } } },
    problems: ["not-found", "not-acceptable"],
  },
};
