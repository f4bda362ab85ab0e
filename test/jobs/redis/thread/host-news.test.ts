import { expect, test } from "vitest";
import {
  type HostNews,
  readNews,
  writeNews,
} from "../../../../src/jobs/redis/thread/hosts/host-news.ts";

test("hosts hear each other, and not themselves", () => {
  const all: HostNews[] = [
    { kind: "ready" },
    { kind: "returned" },
    { kind: "paused" },
    { kind: "stop", id: "job", token: 3 },
  ];
  for (const news of all) {
    expect(readNews(writeNews(news, "one"), "other")).toEqual(news);
    expect(readNews(writeNews(news, "one"), "one")).toBeNull();
  }
});

test.each(["", "x", "null", "7", "[]", "{}", '{"kind":"gone"}', '{"kind":"stop","id":7}'])(
  "what others publish there does no harm: %j",
  (text) => expect(readNews(text, "one")).toBeNull(),
);
