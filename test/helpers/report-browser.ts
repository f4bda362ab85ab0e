/** Reports in Debian's chromium: opened from files, and looked at. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export const executablePath = "/usr/bin/chromium";
export const args =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(
    " ",
  );

/** Tests are skipped where chromium is missing, but not in CI. */
export const chromiumMissing = !existsSync(executablePath) && !process.env["CI"];
/** For the title of what is skipped. */
export const whySkipped = chromiumMissing
  ? ` (skipped: there is no ${executablePath}; apt-get install chromium)`
  : "";

type Scheme = "light" | "dark";

export class ReportBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #folder: string;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  /** @param reports the HTML of each, by name */
  static async start(reports: Readonly<Record<string, string>>): Promise<ReportBrowser> {
    const folder = await mkdtemp(join(tmpdir(), "manycore-report-"));
    for (const [name, html] of Object.entries(reports)) {
      await writeFile(join(folder, `${name}.html`), html);
    }
    return new ReportBrowser(await chromium.launch({ executablePath, args }), folder);
  }

  /** Opens a report, and gives what goes wrong in it: an array that stays empty if nothing does. */
  async open(
    name: string,
    colorScheme: Scheme,
    width: number,
    options: BrowserContextOptions = {},
  ) {
    const viewport = { width, height: 900 };
    const page = await this.#browser.newPage({ colorScheme, viewport, ...options });
    const faults: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(error.message));
    const own = pathToFileURL(join(this.#folder, `${name}.html`)).href;
    page.on("request", (request) => {
      const url = request.url();
      if (url !== own && !/^(data|blob):/.test(url)) faults.push(`request: ${url}`);
    });
    await page.goto(own);
    if (options.javaScriptEnabled !== false) await drawn(page);
    return { page, faults };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Drawn, and not only asked for: the browser draws in a frame. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
}

/** What is wider than the page: nothing should be. */
export function overflow(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120));
  })()`);
}

interface Chart {
  readonly id: string;
  /** Marks with an extent that are shown. */
  readonly marks: number;
}

export function inspectCharts(page: Page): Promise<Chart[]> {
  return page.evaluate<Chart[]>(`[...document.querySelectorAll("figure")].map((figure) => ({
    id: figure.id,
    marks: [...figure.querySelectorAll(".chart .mark")].filter((mark) => {
      const { width, height } = mark.getBoundingClientRect();
      return width > 0 || height > 0;
    }).length,
  }))`);
}

export function backgroundIsDark(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(
    "Number(getComputedStyle(document.body).backgroundColor.match(/[0-9]+/)[0]) < 128",
  );
}
