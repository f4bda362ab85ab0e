/** The fixture tasks that end soon, whatever their input is. */
export { crop, echo, unnamed, weigh } from "../../fixtures/bytes-tasks.ts";
export { double, later, steps, sums, triple } from "../../fixtures/tasks.ts";
