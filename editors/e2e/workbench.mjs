// The hands on the real workbench: what a user does in VS Code, in words of the scenarios.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const { E2E_URL, E2E_OUT, E2E_CHROMIUM, E2E_PLAYWRIGHT, E2E_PROFILE, E2E_DATA } = process.env;
const { chromium } = createRequire(`${E2E_PLAYWRIGHT}/`)("playwright-core");

/** How long each step may take; the slowest waits for an installation. */
const PATIENCE = Number(process.env.E2E_PATIENCE) * 1000;

const started = Date.now();

/** Says what has been seen, and when. */
export function done(step) {
  console.log(`  ${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  ${step}`);
}

/** Waits until the question, asked again and again, has a true answer, and gives that. */
export async function until(question, what, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${typeof what === "string" ? what : what()}: not within ${patience / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The user's settings: what `vscode-settings.json` says, and these. A window that opens afterwards has them. */
export function settings(changes = {}) {
  const common = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, "vscode-settings.json"), "utf8"));
  const text = JSON.stringify({ ...common, ...changes }, null, 2);
  fs.writeFileSync(path.join(E2E_DATA, "User", "settings.json"), text);
  return text;
}

export async function launch() {
  const answers = () =>
    fetch(`${E2E_URL}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  await until(answers, "the workbench is served");
  const browser = await chromium.launchPersistentContext(E2E_PROFILE, {
    executablePath: E2E_CHROMIUM,
    headless: true,
    // Pictures for the README come out of this: small enough to be read when scaled down, sharp on dense screens.
    viewport: { width: 1190, height: 620 },
    deviceScaleFactor: 1.5,
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
  return { browser, workbench: new Workbench(page) };
}

export class Workbench {
  constructor(page) {
    this.page = page;
    /** Findings drawn in the text that is shown. */
    this.squiggle = page.locator(".editor-instance [class*=squiggly-]");
    this.notifications = page.locator(".notification-list-item");
  }

  /** Opens a window on the folder of the file, with the file in it. */
  async open(file) {
    const open = JSON.stringify([["openFile", `vscode-remote://${new URL(E2E_URL).host}${file}`]]);
    const query = new URLSearchParams({ folder: path.dirname(file), payload: open });
    await this.page.goto(`${E2E_URL}/?${query}`, { waitUntil: "domcontentloaded" });
    await this.page.waitForSelector(".monaco-workbench");
    await this.page.waitForSelector(".editor-instance .view-line");
  }

  /** The window is as somebody has it who has been working for a while: other extensions have started, too. */
  async settled() {
    await this.page.locator(".statusbar-item", { hasText: "Selected Python" }).first().waitFor();
  }

  /** Opens another file of the same folder, beside which no other stays open. */
  async switchTo(name) {
    await this.run("View: Close All Editors");
    await this.page.keyboard.press("Control+p");
    await this.page.locator(".quick-input-widget input").first().waitFor();
    await this.page.keyboard.type(name);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().click();
    await this.page.locator(".tab", { hasText: name }).first().waitFor();
    await this.page.locator(".view-line").first().waitFor();
  }

  /** Runs a command by its name. */
  async run(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input").first();
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    await row.waitFor();
    await row.click();
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  async goTo(line, column) {
    await this.page.keyboard.press("Control+g");
    await this.page.locator(".quick-input-widget input").first().waitFor();
    await this.page.keyboard.type(`${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Puts the cursor where the text `mark` stands in the file. */
  async goToText(file, mark) {
    const lines = fs.readFileSync(file, "utf8").split("\n");
    const line = lines.findIndex((text) => text.includes(mark));
    await this.page.keyboard.press("Control+1"); // the first editor has the focus
    await this.goTo(line + 1, lines[line].indexOf(mark) + 1);
  }

  /** The entries of the menu of repairs for where the cursor is; the preferred one is the first. */
  async quickFixes() {
    const rows = this.page.locator(".action-widget .monaco-list-row.action");
    // A layout that is still on its way closes the menu; then one asks once more.
    const opened = async () => {
      await this.page.keyboard.press("Control+.");
      const timeout = 5000;
      return rows.first().waitFor({ timeout }).then(
        () => true,
        () => this.page.keyboard.press("Escape"),
      );
    };
    await until(opened, "the menu of repairs is shown");
    return { rows, titles: (await rows.allInnerTexts()).map((title) => title.trim()) };
  }

  /** The lines that the editor shows, top to bottom. It draws spaces as no-break spaces and lines in any order. */
  async text() {
    const lines = await this.page.$$eval(".view-lines .view-line", (drawn) =>
      drawn.map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent.replaceAll("\u00a0", " ") })),
    );
    return lines
      .sort((one, other) => one.top - other.top)
      .map(({ text }) => text)
      .join("\n");
  }

  /** Changes settings as a user does who edits their file: his own, or with "Remote" those of the machine. */
  async change(whose, text) {
    await this.run(`Preferences: Open ${whose} Settings (JSON)`);
    await this.page.locator(".tab.active", { hasText: "settings.json" }).first().waitFor();
    await this.page.keyboard.press("Control+1");
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
    await this.save();
    await this.page.locator(".tab.active.dirty").waitFor({ state: "detached" });
    await this.run("View: Close Editor");
  }

  async save() {
    await this.page.keyboard.press("Control+s");
  }

  /** What the messages in the corner say. */
  async messages() {
    return this.page.locator(".notification-list-item-message").allInnerTexts();
  }

  async dismissMessages() {
    await this.run("Notifications: Clear All Notifications");
    await this.page.locator(".notification-toast").first().waitFor({ state: "hidden" });
  }

  /** The extension speaks up when it has no server; then there is nothing to wait for. */
  async finding(what = "the finding is shown") {
    const shown = async () => {
      for (const said of await this.messages()) {
        if (said.includes("initls") && !/^Installing|stopped unexpectedly/.test(said)) throw new Error(`the editor says: ${said}`);
      }
      return (await this.squiggle.count()) > 0;
    };
    await until(shown, what);
  }

  async picture(name) {
    await this.page.screenshot({ path: path.join(E2E_OUT, `${name}.png`) });
  }

  /** Drags the upper edge of the panel, so that what is above has more room. */
  async shrinkPanel(height) {
    const panel = await this.page.locator(".part.panel").boundingBox();
    for (const sash of await this.page.locator(".monaco-sash.horizontal:not(.disabled)").all()) {
      const edge = await sash.boundingBox();
      if (edge === null || Math.abs(edge.y - panel.y) > 10) continue;
      await this.page.mouse.move(edge.x + edge.width / 3, edge.y + edge.height / 2);
      await this.page.mouse.down();
      await this.page.mouse.move(edge.x + edge.width / 3, edge.y + panel.height - height, { steps: 5 });
      await this.page.mouse.up();
      return;
    }
  }
}
