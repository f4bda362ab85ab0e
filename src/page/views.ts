import { mount as mountContrast } from "./contrast/view.ts";
import { mount as mountCores } from "./cores/view.ts";
import { mount as mountJobs } from "./jobs/view.ts";
import type { Mount } from "./page.ts";
import { mount as mountReports } from "./reports/view.ts";
import { mount as mountTry } from "./try/view.ts";

interface View {
  /** The first part of the hash. */
  readonly name: string;
  /** On its tab. */
  readonly title: string;
  readonly mount: Mount;
}

/** The views, in the order of their tabs. The first one is the default. */
export const views: readonly [View, ...View[]] = [
  { name: "cores", title: "Cores", mount: mountCores },
  { name: "jobs", title: "Jobs", mount: mountJobs },
  { name: "try", title: "Try it", mount: mountTry },
  { name: "contrast", title: "Contrast", mount: mountContrast },
  { name: "reports", title: "Reports", mount: mountReports },
];
