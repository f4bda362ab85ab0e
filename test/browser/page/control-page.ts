/** The page of control in Debian's chromium. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { args, executablePath } from "../../helpers/report-browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Chromium cuts all its connections where an interface of the machine comes or goes, as with the network
 * namespaces of another test. A page that was being loaded then is loaded again.
 */
const networkChanged = "ERR_NETWORK_CHANGED";
const mostLoads = 5;

interface Looks {
  readonly scheme?: "light" | "dark";
  readonly width?: number;
  /** After the `#`. */
  readonly hash?: string;
}

/** What went wrong in a page, as texts: a list that stays empty if nothing does. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Messages of the console (such as violations of the CSP), exceptions, requests to other origins. */
  readonly faults: string[];
}

export class PageBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<PageBrowser> {
    return new PageBrowser(await chromium.launch({ executablePath, args }));
  }

  /** @param url where control is */
  async open(url: string, looks: Looks = {}): Promise<OpenedPage> {
    const { scheme: colorScheme = "light", width = 1280, hash = "" } = looks;
    const page = await this.#browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    page.setDefaultTimeout(60_000); // It bounds a hang on a busy machine.
    const faults: string[] = [];
    page.on("console", (message) => {
      const isNews = ["error", "warning"].includes(message.type());
      if (isNews && !message.text().includes(networkChanged)) faults.push(message.text());
    });
    let isCut = false;
    page.on("requestfailed", (request) => {
      isCut ||= request.failure()?.errorText.includes(networkChanged) === true;
    });
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      const isOwn = origin === new URL(url).origin || protocol === "data:" || protocol === "blob:";
      if (!isOwn) faults.push(`request: ${request.url()}`);
    });
    for (let loads = 0; loads === 0 || (isCut && loads < mostLoads); loads++) {
      isCut = false;
      if (loads > 0) await page.reload();
      else await page.goto(`${url}/#${hash}`);
    }
    return { page, faults, [Symbol.asyncDispose]: () => page.close() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** What axe-core finds: the rule, and where. The protocol of the browser runs it, past the CSP. */
export async function accessFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run(document).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => id + ": " + target + ": " + failureSummary)))`);
}
