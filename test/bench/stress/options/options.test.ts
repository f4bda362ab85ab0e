import { describe, expect, test } from "vitest";
import { UsageError } from "../../../../bench/command/failures.ts";
import { readStressOptions } from "../../../../bench/stress/options/options.ts";
import { splitWords } from "../../../../bench/stress/options/words.ts";

describe("the command line", () => {
  test("without a URL starts a server for hash", () => {
    expect(readStressOptions([])).toMatchObject({
      url: null,
      task: "hash",
      serverFlags: [],
      out: null,
    });
  });

  test("gathers the server's flags from three places", () => {
    const argv = ["--mode", "threads", "--server-flags", "--cores 2 --tasks 'a b.ts'", "--"];
    expect(readStressOptions([...argv, "--max-pending", "3"])?.serverFlags).toEqual([
      "--mode",
      "threads",
      "--cores",
      "2",
      "--tasks",
      "a b.ts",
      "--max-pending",
      "3",
    ]);
  });

  test("loads a URL as it is, unless a task is named", () => {
    const url = "http://127.0.0.1:1/a?b=c";
    expect(readStressOptions([url, "--header", "A: b"])).toMatchObject({
      task: null,
      headers: { a: "b" },
    });
    expect(readStressOptions(["http://127.0.0.1:1", "--task", "primes"])).toMatchObject({
      task: "primes",
    });
  });

  test("asks for help before anything else", () => {
    expect(readStressOptions(["--help", "nonsense"])).toBeNull();
  });

  test.each([
    [["nonsense"], 'URL "nonsense"', "http://127.0.0.1:8000"],
    [["http://"], "URL", "whole URL"],
    [["https://127.0.0.1/"], "only http://", "TLS"],
    [["http://me:secret@127.0.0.1/"], "user", "Authorization"],
    [["http://127.0.0.1:1/a", "--task", "hash"], "--task", "http://127.0.0.1:1"],
    [["http://127.0.0.1:1", "--mode", "single"], "--mode", "Leave the URL out"],
    [["http://127.0.0.1:1", "--input", "{}"], "--input", "--task"],
    [["http://127.0.0.1:1", "--type", "a/b"], "--type", "--task"],
    [["http://127.0.0.1:1", "--query", "a=b"], "--query", "its own query"],
    [["http://a", "http://b"], "http://b", "one URL"],
    [["--input", "{a}"], "--input", "Quote it"],
    [["--slo", "p98=3ms"], "--slo", "p99.9"],
    [["--method", "PUT"], "--method", "without --task"],
    [["--max-rate", "0"], "--max-rate", "0.1"],
    [["--connections", "1.5"], "--connections", "whole"],
    [["--header", "no colon"], "--header", "Name: value"],
    [["--header", "Host: x"], "--header", "Leave it out"],
    [["--server-flags", "'a"], "--server-flags", "quote"],
    [["--zzz"], "--zzz", "Unknown flag"],
    [["--mod", "threads"], "--mod", "Did you mean --mode?"],
    [["--max-pending", "5"], "--max-pending", "npm run stress -- -- --max-pending 50"],
  ])("%j is refused: it names %s and the remedy", (argv, field, remedy) => {
    const read = () => readStressOptions(argv);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(field);
    expect(read).toThrow(remedy);
    expect(read).not.toThrow("secret");
  });

  test("words are split as a shell splits them", () => {
    expect(splitWords(` a  --b="c d" 'e f'g "" `, "x")).toEqual(["a", "--b=c d", "e fg", ""]);
  });
});
