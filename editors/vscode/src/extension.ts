/** Ties the server to the window: what starts it, what starts it anew, and where it is seen. */
import * as vscode from "vscode";
import { Server } from "./client";
import { collectDebugInformation, fixAll, openExample, restarts } from "./commands";
import { Interpreters } from "./interpreter";
import { Reports } from "./report";
import { Rules } from "./rules";
import { Status } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("initls", { log: true });
  const interpreters = new Interpreters(log);
  const status = new Status();
  const running = new Server(context, interpreters, log, (state) => {
    status.show(state);
  });
  server = running;
  const reports = new Reports(running);
  const rules = new Rules(running);

  const commands: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    "initls.restart": () => running.restart(),
    "initls.reinstall": () => running.reinstall(),
    "initls.showLog": () => {
      log.show();
    },
    "initls.fixAll": () => fixAll(),
    "initls.showReport": (uri, unit) => reports.show(uri, unit),
    "initls.showRule": (code) => rules.show(code),
    "initls.debugInformation": () => collectDebugInformation(running),
    "initls.openExample": () => openExample(),
  };
  context.subscriptions.push(
    log,
    interpreters,
    status,
    reports,
    rules,
    ...Object.entries(commands).map(([name, command]) => vscode.commands.registerCommand(name, command)),
    ...restarts(running),
    interpreters.onDidChange(() => running.reconsider()),
  );
  await running.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
