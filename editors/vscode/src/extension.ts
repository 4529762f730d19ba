/** Ties the server to the window: what starts it, what starts it anew, and where it is seen. */
import * as vscode from "vscode";
import { Server } from "./client";
import { Interpreters } from "./interpreter";
import { asksForRestart } from "./settings";
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

  const restart = () => running.restart();
  context.subscriptions.push(
    log,
    interpreters,
    status,
    vscode.commands.registerCommand("initls.restart", restart),
    vscode.commands.registerCommand("initls.showLog", () => {
      log.show();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => (asksForRestart(change) ? restart() : undefined)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.reconsider()),
    interpreters.onDidChange(() => running.reconsider()),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
