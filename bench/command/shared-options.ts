/** Options that several commands share. */
import { defineRepeatable, defineSingle, defineToggle } from "./option.ts";
import { readJson, readText, readWholeNumberFrom } from "./readers.ts";

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
    "FILE",
    readText,
    "A module of your own tasks. May be given several times.",
  ),
};

/** @param byDefault what is sent where no input is given */
export function defineInputOption(byDefault: string) {
  return {
    input: defineSingle("JSON", readJson, undefined, `The task's input. Default: ${byDefault}.`),
  };
}
