import type { IncomingMessage } from "node:http";

/** Lets a request pass, or throws the AppError that it is answered with. */
export type RequestCheck = (request: IncomingMessage) => void;
