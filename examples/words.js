import { defineTask, noRetry, z } from "../src/index.ts"; // in your project: from "manycore"

export const words = defineTask({
  name: "words",
  description: "Counts the words of many texts, and goes on where an earlier attempt was.",
  input: z.strictObject({ texts: z.array(z.string()) }),
  example: { texts: ["one two", "three"] },
  run: ({ texts }, { checkpoint, lastCheckpoint, log }) => {
    const sum = lastCheckpoint ?? { done: 0, words: 0 };
    if (sum.done > 0) log(`goes on after ${sum.done} of ${texts.length} texts`);
    for (const text of texts.slice(sum.done)) {
      if (text === "") throw noRetry(`text ${sum.done} is empty`);
      sum.words += text.split(/\s+/).length;
      sum.done++;
      checkpoint(sum);
    }
    return { words: sum.words };
  },
});
