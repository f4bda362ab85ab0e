import fc from "fast-check";

// In CI, a property is tested with the same values each time: a change fails for its own fault only.
// Elsewhere the values are new in each run, and a failure prints the seed that repeats it.
if (process.env["CI"]) fc.configureGlobal({ seed: 1 });
