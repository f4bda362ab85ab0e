/** The face of `manycore/embed`: for programs with an entry, or an HTTP server, of their own. */
export type { Compute, ComputeOutcome, ComputeRunOptions } from "./compute.ts";
export { type ComputeOptions, createCompute } from "./create-compute.ts";
export { createServer, type Server, type ServerEnd } from "./create-server.ts";
export { isProblem, type Problem, problemOf } from "./problem.ts";
