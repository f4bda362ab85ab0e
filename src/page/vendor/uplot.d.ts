// Control serves uPlot's module under this path (src/control/thread/page/files.ts).
export { default } from "uplot";
