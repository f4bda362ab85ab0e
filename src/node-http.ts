/**
 * Node's HTTP module, as every process of the server loads it. An `import` of it reads all of its
 * exports, and those of WebSocket load undici: more than half of what a worker's start would spend
 * on Node's own modules, for a client that it never uses. Hence not imported.
 */
export const { createServer, request, STATUS_CODES } = process.getBuiltinModule("node:http");
