/** Options that several commands share. */
import { defineRepeatable, defineSingle, defineToggle } from "./option.ts";
import { readText, readWholeNumberFrom } from "./readers.ts";

export const helpOption = { help: defineToggle("Prints this.") };

/** @param folder where the files go by default; null writes none */
export function defineOutputOptions<Folder extends string | null>(folder: Folder, files: string) {
  const usual = folder === null ? "" : ` Default: ${folder}.`;
  return {
    out: defineSingle("DIR", readText, folder, `Writes ${files} there.${usual}`),
    json: defineToggle("Prints the result on stdout as JSON."),
  };
}

export const seedOption = {
  seed: defineSingle(
    "N",
    readWholeNumberFrom(0, 2 ** 31 - 1),
    1,
    "Seed of the random arrivals and orders. Default: 1.",
  ),
};

export const taskOptions = {
  tasks: defineRepeatable(
    "TASKS",
    readText,
    "Your own tasks: a module, a folder of modules, or a package. May be given several times.",
  ),
};
