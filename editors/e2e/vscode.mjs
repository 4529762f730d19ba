// Drives the real VS Code workbench in headless Chromium, as somebody who has just installed the extension: initls comes
// by itself, the squiggle is seen, explained and repaired, the file saved; and what else a user meets.
//
// Everything it needs to know comes from the environment that `run` makes. Prints one line for each step with the time
// it took, then OK or FAIL; pictures, of the failure too, lie in E2E_OUT.
import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { done, launch, settings, until } from "./workbench.mjs";

const { E2E_FILE, E2E_EXPECTED, E2E_SCENARIO, E2E_CODE, E2E_CONTROL, E2E_PACKAGED, E2E_PYTHON, E2E_SELECTION } = process.env;
const scenario = JSON.parse(fs.readFileSync(E2E_SCENARIO, "utf8"));
const expected = fs.readFileSync(E2E_EXPECTED, "utf8");
const original = fs.readFileSync(E2E_FILE, "utf8");
const folder = path.dirname(E2E_FILE);
const inFolder = (name) => path.join(folder, name);

/** How long a first look has taken. The targets are for a machine of its own; here two cores carry browser and all. */
function measured(what, since, target) {
  done(`MEASURED ${what}: ${((Date.now() - since) / 1000).toFixed(1)} s (target ${target} s)`);
}

/** What somebody types who has read the README: `code --install-extension initls.vsix`. */
function code(...args) {
  const [program, ...before] = E2E_CODE.split("\n");
  return promisify(execFile)(program, [...before, ...args]);
}

const onDisk = (file, text) =>
  until(
    () => fs.readFileSync(file, "utf8") === text,
    () => `${path.basename(file)} on disk is the expected text: instead it is\n${fs.readFileSync(file, "utf8")}\n`,
  );

/** The whole way from the squiggle to the repaired file. */
async function repair(workbench) {
  const { page, squiggle } = workbench;
  await workbench.settled();
  const installed = Date.now();
  const { stdout } = await code("--install-extension", E2E_PACKAGED);
  done(stdout.trim().split("\n").at(-1));
  await workbench.finding();
  if (E2E_CONTROL === "") measured("from --install-extension to the first squiggle", installed, 15);
  done(`a squiggle is drawn: ${await squiggle.first().getAttribute("class")}`);

  // Room for the code, and the finding in full below it.
  await page.keyboard.press("Control+b");
  await page.keyboard.press("Control+Shift+m");
  const problem = page.locator(".markers-panel .monaco-list-row", { hasText: scenario.code });
  await problem.first().waitFor();
  done(`the problem is listed: ${(await problem.first().innerText()).replaceAll(/\s+/g, " ")}`);
  await workbench.shrinkPanel(124);
  await workbench.goToText(E2E_FILE, scenario.mark);
  await workbench.picture("squiggle");

  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  // The editor shows message and code by itself; the rule's name comes with the server's explanation.
  const hover = page.locator(".monaco-hover:visible", { hasText: `${scenario.code} ${scenario.name}` });
  await hover.first().waitFor();
  done(`the hover explains: ${(await hover.first().innerText()).replaceAll(/\s+/g, " ").slice(0, 100)}...`);
  await workbench.picture("hover");
  await page.keyboard.press("Escape");
  await hover.first().waitFor({ state: "hidden" });

  const { titles } = await workbench.quickFixes();
  done(`the menu offers: ${titles.join(" | ")}`);
  await workbench.picture("quickfix");
  // The preferred fix is the one that VS Code puts first and Enter takes.
  if (!titles[0].startsWith(scenario.fix)) throw new Error(`the first fix is not "${scenario.fix}...": ${titles[0]}`);
  await page.keyboard.press("Enter");

  let visible;
  await until(
    async () => {
      visible = await workbench.text();
      return expected.includes(visible) && !original.includes(visible);
    },
    () => `the repaired text is shown: instead there is\n${visible}\n`,
  );
  done(`the editor shows the repaired text, ${visible.split("\n").length} lines of it`);
  await squiggle.first().waitFor({ state: "detached" });
  done("the squiggle is gone");
  await workbench.picture("repaired");

  await workbench.save();
  await onDisk(E2E_FILE, expected);
  await page.locator(".tab.dirty").waitFor({ state: "detached" });
  done("saved, and the file on disk is the repaired text");
  await workbench.run("View: Hide Panel");
}

/** The line above the model, and the panel that it opens. */
async function report(workbench) {
  const { page } = workbench;
  const lens = page.locator(".codelens-decoration a", { hasText: "by `_initialize_weights`" }).first();
  await lens.waitFor();
  done(`the lens says: ${await lens.innerText()}`);
  await lens.click();
  const frame = page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  const rows = frame.locator("[data-line]");
  await until(async () => (await rows.count()) > 0, "the report is shown");
  const about = await frame.locator("body").innerText();
  for (const layer of ["conv1", "fc3"]) {
    if (!about.includes(layer)) throw new Error(`the report does not speak of ${layer}: ${about}`);
  }
  const policy = await frame.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  if (!policy.startsWith("default-src 'none'")) throw new Error(`the report may load what it likes: ${policy}`);
  done(`the report is shown, ${await rows.count()} rows that lead to lines`);
  await workbench.picture("report");

  const row = frame.locator("[data-line]", { hasText: "fc2" }).first();
  const line = Number(await row.getAttribute("data-line")) + 1; // the page counts from 0
  await row.click();
  await page.locator("[id='status.editor.selection']", { hasText: `Ln ${line},` }).first().waitFor();
  done(`a click on the row of fc2 leads to line ${line}`);

  await workbench.goToText(E2E_FILE, "self.fc2 = nn.Linear(120, 84)");
  await page.keyboard.press("Home");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("5");
  await until(async () => (await frame.locator("body").innerText()).includes("85"), "the report follows the edit");
  done("the report follows an edit");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await workbench.run("File: Revert File");
}

async function suppress(workbench) {
  await workbench.switchTo("suppressed.py");
  await workbench.finding();
  await workbench.goToText(inFolder("suppressed.py"), scenario.mark);
  const { rows, titles } = await workbench.quickFixes();
  await rows.nth(titles.findIndex((title) => title === `Ignore ${scenario.code} here`)).click();
  await workbench.squiggle.first().waitFor({ state: "detached" });
  await workbench.save();
  await until(
    () => fs.readFileSync(inFolder("suppressed.py"), "utf8").includes(`# initls: ignore[${scenario.code}]`),
    "the comment is in the file",
  );
  done("the finding is silenced by a comment, which is saved");
}

async function fixOnSave(workbench) {
  const onSave = { "[python]": { "editor.codeActionsOnSave": { "source.fixAll.initls": "explicit" } } };
  await workbench.change("User", settings(onSave));
  await workbench.switchTo("onsave.py");
  await workbench.finding();
  await workbench.page.keyboard.press("Control+1");
  await workbench.page.keyboard.press("Control+End");
  await workbench.page.keyboard.type("# saved");
  await workbench.save();
  await onDisk(inFolder("onsave.py"), `${expected}# saved`);
  await workbench.change("User", settings());
  done("all that can be repaired is repaired on save");
}

async function notebook(workbench) {
  const { page } = workbench;
  await workbench.switchTo("lenet.ipynb");
  const squiggle = page.locator(".notebookOverlay [class*=squiggly-]");
  await until(async () => (await squiggle.count()) > 0, "the finding is shown in the cell");
  const cell = page.locator(".notebookOverlay .view-line", { hasText: scenario.mark }).first();
  await cell.click();
  const { titles } = await workbench.quickFixes();
  if (!titles[0].startsWith(scenario.fix)) throw new Error(`the first fix in a cell is not "${scenario.fix}...": ${titles[0]}`);
  await workbench.picture("notebook");
  await page.keyboard.press("Enter");
  await until(async () => (await squiggle.count()) === 0, "the finding in the cell is gone");
  await workbench.save();
  const source = () => {
    const text = fs.readFileSync(inFolder("lenet.ipynb"), "utf8");
    // While the editor writes the file, only its beginning is there.
    return text.trimEnd().endsWith("}") ? JSON.parse(text).cells[1].source.join("") : "";
  };
  await until(
    () => source() === expected.trimEnd(),
    () => `the cell on disk is the repaired text: instead it is\n${source()}\n`,
  );
  done("a cell of a notebook is repaired and saved");
}

async function changeSettings(workbench) {
  await workbench.switchTo("obeyed.py");
  await workbench.finding();
  await workbench.change("User", settings({ "initls.ignore": [scenario.code] }));
  await until(async () => (await workbench.squiggle.count()) === 0, "a rule that is now ignored is silent");
  await workbench.change("User", settings());
  await workbench.finding("a rule that is no more ignored speaks");
  done("settings hold while the file is open");
}

/** The servers that the extension has started, by what they were started as. */
function servers() {
  return execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => / -m initls server\b/.test(line) && line.includes(path.dirname(folder)))
    .map((line) => Number.parseInt(line, 10));
}

async function crash(workbench) {
  const [pid] = servers();
  if (pid === undefined) throw new Error("there is no server to be killed");
  process.kill(pid, "SIGKILL");
  const said = async () => (await workbench.messages()).find((message) => message.includes("stopped unexpectedly"));
  const message = await until(said, "the editor says that the server has gone");
  await until(() => servers().some((other) => other !== pid), "the server comes back");
  await workbench.picture("crash");
  await workbench.dismissMessages();
  await workbench.switchTo("crashed.py");
  await workbench.finding();
  done(`the server was killed, and came back: ${message}`);
}

async function information(workbench) {
  await workbench.switchTo("obeyed.py");
  await workbench.run("initls: Collect debug information");
  const shown = async () => (await workbench.text()).includes("## Extension");
  await until(shown, "the debug information is shown");
  done(`debug information: ${(await workbench.text()).split("\n").slice(0, 4).join(" ")}`);
}

/** Whether the server of the selected interpreter runs. */
const selectedRuns = () =>
  execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).includes(`${E2E_PYTHON} -m initls server`);

/** Another interpreter is selected, which has initls; then one that is broken; and then the first again. */
async function interpreters(workbench) {
  const { page } = workbench;
  fs.writeFileSync(E2E_SELECTION, E2E_PYTHON);
  await code("--uninstall-extension", "initls.initls");
  await workbench.open(inFolder("interpreter.py"));
  done("a second window is open, whose interpreter has initls, and the extension is gone");
  await workbench.settled();
  const installed = Date.now();
  await code("--install-extension", E2E_PACKAGED);
  await workbench.finding();
  measured("the same with initls in the interpreter", installed, 3);
  const started = selectedRuns;
  await until(started, "the server is that of the selected interpreter");
  done("the server is that of the selected interpreter");

  fs.writeFileSync(path.join(folder, "..", "broken"), "#!/bin/sh\necho 'error while loading shared libraries' >&2\nexit 127\n", { mode: 0o755 });
  const broken = { "initls.interpreter": path.join(folder, "..", "broken") };
  await workbench.change("Remote", JSON.stringify(broken));
  const said = async () => (await workbench.messages()).find((message) => message.includes("does not start"));
  const message = await until(said, "the editor says that the interpreter is broken");
  if (!/loading shared libraries/.test(message)) throw new Error(`the message does not say why: ${message}`);
  await workbench.picture("broken");
  done(`a broken interpreter: ${message}`);
  await workbench.change("Remote", "{}");
  await until(started, "the server is back");
  await workbench.dismissMessages();
  await workbench.finding();
  done("the setting is taken back, and all is as before");
}

/** What a folder brings along does not run before it is trusted. */
async function untrusted(workbench) {
  const { page } = workbench;
  const evil = path.join(folder, "..", "untrusted");
  const mark = path.join(folder, "..", "it-ran");
  fs.mkdirSync(path.join(evil, ".vscode"), { recursive: true });
  fs.writeFileSync(path.join(evil, "initls"), `#!/bin/sh\ntouch '${mark}'\necho initls 6.6.6\n`, { mode: 0o755 });
  fs.writeFileSync(path.join(evil, ".vscode", "settings.json"), JSON.stringify({ "initls.path": path.join(evil, "initls") }));
  fs.writeFileSync(path.join(evil, "lenet.py"), original);
  // The window before, which trusts its own folder, must not hear of the selection.
  await page.goto("about:blank");
  await until(() => !selectedRuns(), "the window before is gone");
  fs.writeFileSync(E2E_SELECTION, path.join(evil, "initls"));
  settings({ "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" });
  await workbench.open(path.join(evil, "lenet.py"));
  await workbench.finding();
  if (fs.existsSync(mark)) throw new Error("a program of an untrusted folder was started");
  await page.locator("[id='status.workspaceTrust'], .statusbar-item", { hasText: "Restricted Mode" }).first().waitFor();
  await workbench.picture("untrusted");
  done("in an untrusted folder the extension's own initls speaks, and nothing of the folder runs");
}

const { browser, workbench } = await launch();
try {
  const since = Date.now();
  settings();
  await workbench.open(E2E_FILE);
  done("the workbench is shown, and the file in it");
  await repair(workbench);
  if (E2E_CONTROL === "") {
    const steps = [report, suppress, fixOnSave, notebook, changeSettings, crash, information, interpreters, untrusted];
    const only = process.env.E2E_ONLY?.split(",") ?? steps.map(({ name }) => name);
    for (const step of steps.filter(({ name }) => only.includes(name))) await step(workbench);
    done(`all of it took ${((Date.now() - since) / 1000).toFixed(0)} s`);
  }
} catch (error) {
  await workbench.picture("failure").catch(() => undefined);
  console.log(`  FAIL  ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
