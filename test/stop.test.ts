import { describe, expect, test } from "vitest";
import { abortSignalOf, Stop } from "../src/stop.ts";

const reason = new Error("enough");

describe("a stop", () => {
  test("calls each listener once, at the first abort", () => {
    const stop = new Stop();
    const heard: string[] = [];
    stop.addEventListener("abort", () => heard.push("one"));
    stop.addEventListener("abort", () => heard.push("two"));
    expect([stop.aborted, stop.reason]).toEqual([false, undefined]);
    stop.throwIfAborted();
    stop.abort(reason);
    stop.abort(new Error("again"));
    expect(heard).toEqual(["one", "two"]);
    expect([stop.aborted, stop.reason]).toEqual([true, reason]);
    expect(() => stop.throwIfAborted()).toThrow(reason);
  });

  test("does not call one that comes after the abort, or has left", () => {
    const stop = new Stop();
    const heard: string[] = [];
    const left = () => heard.push("left");
    stop.addEventListener("abort", left);
    stop.addEventListener("abort", () => heard.push("stays"));
    stop.removeEventListener("abort", left);
    stop.removeEventListener("abort", () => {});
    stop.abort(reason);
    stop.addEventListener("abort", () => heard.push("late"));
    expect(heard).toEqual(["stays"]);
  });

  test("is aborted for a listener that looks, and may be listened to from there", () => {
    const stop = new Stop();
    const heard: boolean[] = [];
    stop.addEventListener("abort", () => {
      heard.push(stop.aborted);
      stop.abort(new Error("from within"));
      stop.addEventListener("abort", () => heard.push(false));
    });
    stop.abort(reason);
    expect(heard).toEqual([true]);
    expect(stop.reason).toBe(reason);
  });

  test.each([
    ["another stop", () => new Stop()],
    ["an AbortController", () => new AbortController()],
  ])("follows %s, before and after its abort", (_, make) => {
    const leader = make();
    const signal = leader instanceof Stop ? leader : leader.signal;
    const early = new Stop();
    early.follow(signal);
    expect(early.aborted).toBe(false);
    leader.abort(reason);
    const late = new Stop();
    late.follow(signal);
    for (const each of [early, late]) expect([each.aborted, each.reason]).toEqual([true, reason]);
  });

  test("becomes an AbortSignal, before and after its abort", () => {
    const stop = new Stop();
    const early = abortSignalOf(stop);
    expect(early.aborted).toBe(false);
    stop.abort(reason);
    for (const signal of [early, abortSignalOf(stop)]) {
      expect([signal.aborted, signal.reason]).toEqual([true, reason]);
    }
  });
});
