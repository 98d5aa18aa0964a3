// What Lighthouse thinks of pages of a site: one line of JSON for each, on standard output.
//
// usage: node look.mjs CHROMIUM ADDRESS PATH…   A path is an address of the site; `newest` is the first report of the public
// list, `desk` the desk of the demonstration's first role. Accessibility and best practices alone: how fast a page is
// `make weigh` measures, on the line and the processor that we choose.

import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const [chromium, site, ...wanted] = process.argv.slice(2);
const settings = { output: "json", logLevel: "error", onlyCategories: ["accessibility", "best-practices"], disableStorageReset: true };
const browser = await puppeteer.launch({
  executablePath: chromium,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});

/** Where a page lies; on the way to the desk somebody signs in. */
async function address(page, path) {
  if (path === "newest") {
    await page.goto(`${site}/laporan`);
    return page.$$eval("main a[href]", (links) => links.map((link) => link.href).find((href) => /\/laporan\/\d+/.test(href)));
  }
  if (path !== "desk") return `${site}${path}`;
  await page.goto(`${site}/workspace/masuk`);
  await Promise.all([page.waitForNavigation(), page.click(".doors button[type=submit]")]);
  if (page.url().includes("/ethics")) throw new Error("the demonstration's officer has not signed the code of ethics");
  return page.url();
}

for (const path of wanted) {
  const page = await browser.newPage();
  const url = await address(page, path);
  const { lhr } = await lighthouse(url, settings, undefined, page);
  const failed = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9);
  const scores = Object.fromEntries(Object.values(lhr.categories).map((each) => [each.id, Math.round(100 * each.score)]));
  const told = { path, url: lhr.finalDisplayedUrl, scores, failed: failed.map((audit) => audit.id), error: lhr.runtimeError?.message };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  await page.close();
}
await browser.close();
