import { type Kind, numberText, refused } from "./kind.ts";

/** Where control listens. */
export type ControlAddress =
  /** On loopback, at the port after the server's. */
  | { readonly kind: "beside" }
  | { readonly kind: "at"; readonly host: string; readonly port: number }
  | { readonly kind: "none" };

/** The host where only a port is given. */
export const loopback = "127.0.0.1";

export const controlAddress: Kind<ControlAddress, string | number> = {
  allowed: "auto, HOST:PORT, PORT or none. PORT is a whole number from 0 to 65535",
  ...{ placeholder: "ADDRESS", examples: ["none", "auto", "8001", "127.0.0.1:0", "[::1]:8001"] },
  textOf: numberText,
  parse(given) {
    if (given === "none") return { ok: true, value: { kind: "none" } };
    if (given === "auto") return { ok: true, value: { kind: "beside" } };
    const [, bracketed, plain, digits = ""] = hostAndPort.exec(given) ?? [];
    const port = Number(digits);
    if (digits === "" || port > 65_535) return refused;
    return { ok: true, value: { kind: "at", host: bracketed ?? plain ?? loopback, port } };
  },
};

/** An IPv6 address stands in brackets, as in a URL. */
const hostAndPort = /^(?:(?:\[([\da-fA-F:.%]+)\]|([\w.-]+)):)?(\d{1,5})$/;
