// Drives the real VS Code workbench in headless Chromium: the squiggle is seen, explained and repaired, the file saved.
//
// Everything it needs to know comes from the environment that `run` makes. Prints one line for each step with the time
// it took, then OK or FAIL; a picture of squiggle and menu, or of the failure, lies in E2E_OUT.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const { E2E_URL, E2E_FILE, E2E_EXPECTED, E2E_SCENARIO, E2E_OUT } = process.env;
const { E2E_CHROMIUM, E2E_PLAYWRIGHT, E2E_PROFILE } = process.env;
const { chromium } = createRequire(`${E2E_PLAYWRIGHT}/`)("playwright-core");
const scenario = JSON.parse(fs.readFileSync(E2E_SCENARIO, "utf8"));
const expected = fs.readFileSync(E2E_EXPECTED, "utf8");

/** How long each step may take; the slowest waits for the extension host, Python and the server to start. */
const PATIENCE = Number(process.env.E2E_PATIENCE) * 1000;

const started = Date.now();
function done(step) {
  console.log(`  ${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${step}`);
}

/** Waits until the question, asked again and again, has a true answer. */
async function until(question, what) {
  const end = Date.now() + PATIENCE;
  while (!(await question())) {
    if (Date.now() > end) throw new Error(`${what()}: not within ${PATIENCE / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The lines that the editor shows, top to bottom. It draws spaces as no-break spaces and lines in any order. */
function visibleText(page) {
  return page.$$eval(".editor-instance .view-lines .view-line", (lines) =>
    lines
      .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent.replaceAll("\u00a0", " ") }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text)
      .join("\n"),
  );
}

async function goTo(page, line, column) {
  await page.keyboard.press("Control+g");
  await page.locator(".quick-input-widget input").first().waitFor();
  await page.keyboard.type(`${line}:${column}`);
  await page.keyboard.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

/** Drags the upper edge of the panel, so that what is above has more room. */
async function shrinkPanel(page, height) {
  const panel = await page.locator(".part.panel").boundingBox();
  for (const sash of await page.locator(".monaco-sash.horizontal:not(.disabled)").all()) {
    const edge = await sash.boundingBox();
    if (edge === null || Math.abs(edge.y - panel.y) > 10) continue;
    await page.mouse.move(edge.x + edge.width / 3, edge.y + edge.height / 2);
    await page.mouse.down();
    await page.mouse.move(edge.x + edge.width / 3, edge.y + panel.height - height, { steps: 5 });
    await page.mouse.up();
    return;
  }
}

async function check(page) {
  const answers = () =>
    fetch(`${E2E_URL}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  await until(answers, () => "the workbench is served");
  const host = new URL(E2E_URL).host;
  const open = JSON.stringify([["openFile", `vscode-remote://${host}${E2E_FILE}`]]);
  const query = new URLSearchParams({ folder: path.dirname(E2E_FILE), payload: open });
  await page.goto(`${E2E_URL}/?${query}`, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(".monaco-workbench");
  done("the workbench is shown");
  await page.waitForSelector(".editor-instance .view-line");
  done("the file is shown");

  const squiggle = page.locator(".editor-instance [class*=squiggly-]");
  const notification = page.locator(".notification-list-item-message", { hasText: "initls" });
  await until(
    async () => {
      // The extension speaks up when it has no server; then there is nothing to wait for.
      for (const said of await notification.allInnerTexts()) throw new Error(`the editor says: ${said}`);
      return (await squiggle.count()) > 0;
    },
    () => "the finding is shown",
  );
  done(`a squiggle is drawn: ${await squiggle.first().getAttribute("class")}`);

  const before = fs.readFileSync(E2E_FILE, "utf8").split("\n");
  const line = before.findIndex((text) => text.includes(scenario.mark));
  // Room for the code, and the finding in full below it.
  await page.keyboard.press("Control+b");
  await page.keyboard.press("Control+Shift+m");
  const problem = page.locator(".markers-panel .monaco-list-row", { hasText: scenario.code });
  await problem.first().waitFor();
  done(`the problem is listed: ${(await problem.first().innerText()).replaceAll(/\s+/g, " ")}`);
  await shrinkPanel(page, 124);
  await page.locator(".editor-instance .view-lines").click({ position: { x: 5, y: 5 } });
  await goTo(page, line + 1, before[line].indexOf(scenario.mark) + 1);

  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  // The editor shows message and code by itself; the rule's name comes with the server's explanation.
  const hover = page.locator(".monaco-hover:visible", { hasText: `${scenario.code} ${scenario.name}` });
  await hover.first().waitFor();
  done(`the hover explains: ${(await hover.first().innerText()).replaceAll(/\s+/g, " ").slice(0, 100)}...`);
  await page.keyboard.press("Escape");
  await hover.first().waitFor({ state: "hidden" });

  await page.keyboard.press("Control+.");
  const rows = page.locator(".action-widget .monaco-list-row.action");
  await rows.first().waitFor();
  const titles = (await rows.allInnerTexts()).map((title) => title.trim());
  done(`the menu offers: ${titles.join(" | ")}`);
  await page.screenshot({ path: path.join(E2E_OUT, "vscode-quickfix.png") });
  // The preferred fix is the one that VS Code puts first and Enter takes.
  if (!titles[0].startsWith(scenario.fix)) throw new Error(`the first fix is not "${scenario.fix}...": ${titles[0]}`);
  await page.keyboard.press("Enter");

  let visible;
  await until(
    async () => {
      visible = await visibleText(page);
      return expected.includes(visible) && !before.join("\n").includes(visible);
    },
    () => `the repaired text is shown: instead there is\n${visible}\n`,
  );
  done(`the editor shows the repaired text, ${visible.split("\n").length} lines of it`);
  await squiggle.first().waitFor({ state: "detached" });
  done("the squiggle is gone");
  await page.screenshot({ path: path.join(E2E_OUT, "vscode-repaired.png") });

  await page.keyboard.press("Control+s");
  await until(
    () => fs.readFileSync(E2E_FILE, "utf8") === expected,
    () => "the file on disk is the repaired text",
  );
  await page.locator(".tab.dirty").waitFor({ state: "detached" });
  done("saved, and the file on disk is the repaired text");
}

const browser = await chromium.launchPersistentContext(E2E_PROFILE, {
  executablePath: E2E_CHROMIUM,
  headless: true,
  // A picture for the README comes out of this: small enough to be read when scaled down, sharp on dense screens.
  viewport: { width: 1190, height: 620 },
  deviceScaleFactor: 2,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const page = browser.pages()[0] ?? (await browser.newPage());
page.setDefaultTimeout(PATIENCE);
try {
  await check(page);
} catch (error) {
  await page.screenshot({ path: path.join(E2E_OUT, "vscode-failure.png") }).catch(() => undefined);
  console.log(`  FAIL  ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
