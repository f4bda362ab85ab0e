/** The options that several commands have. */
import { repeatable, single, toggle } from "./option.ts";
import { readJson, readText, wholeNumberFrom } from "./readers.ts";

export const helpOption = { help: toggle("Prints this.") };

/** @param folder where the files go by default; null writes none */
export function outputOptions<Folder extends string | null>(folder: Folder, files: string) {
  const usual = folder === null ? "" : ` Default: ${folder}.`;
  return {
    out: single("DIR", readText, folder, `Writes ${files} there.${usual}`),
    json: toggle("Prints the result on stdout as JSON."),
  };
}

export const seedOption = {
  seed: single(
    "N",
    wholeNumberFrom(0, 2 ** 31 - 1),
    1,
    "Seed of the random arrivals and orders. Default: 1.",
  ),
};

export const taskOptions = {
  tasks: repeatable("FILE", readText, "A module of your own tasks. May be given several times."),
};

/** @param byDefault what is sent where no input is given */
export function inputOption(byDefault: string) {
  return { input: single("JSON", readJson, undefined, `The task's input. Default: ${byDefault}.`) };
}
