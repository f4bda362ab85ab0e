import { expect, test } from "vitest";
import { AppError, messageOf, shorten } from "../src/errors.ts";

test("an error has the status and title of its type, and keeps its cause", () => {
  const cause = new Error("deeper");
  const error = new AppError("overloaded", "Full.", { cause, headers: { "Retry-After": "2" } });
  expect(error).toMatchObject({ status: 503, title: "The server is overloaded", detail: "Full." });
  expect(error.cause).toBe(cause);
  expect(error.headers).toEqual({ "Retry-After": "2" });
});

test("a long quotation in an error is cut, with the number of cut characters", () => {
  const errors = [{ path: `/${"p".repeat(2000)}`, message: "m".repeat(2000) }];
  const error = new AppError("invalid-input", "d".repeat(5000), { errors });
  expect(error.detail).toBe(`${"d".repeat(4000)}… (1000 more characters)`);
  expect(error.errors?.[0]?.path).toMatch(/p… \(1001 more characters\)$/);
  expect(error.errors?.[0]?.message).toMatch(/m… \(1000 more characters\)$/);
});

test("a text is never cut inside a pair of surrogates", () => {
  expect(shorten("a😀b", 2)).toBe("a… (3 more characters)");
  expect(shorten("a😀b", 4)).toBe("a😀b");
});

test("anything thrown has a message", () => {
  expect(messageOf(new Error("an error"))).toBe("an error");
  expect(messageOf("text")).toBe("text");
  expect(messageOf(undefined)).toBe("undefined");
});
