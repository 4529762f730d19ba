/** Where programs lie. */
import { accessSync, constants, statSync } from "node:fs";
import * as nodePath from "node:path";

/** Whether `file` is `folder` or lies in it. */
export function within(file: string, folder: string): boolean {
  const way = nodePath.relative(folder, file);
  return way === "" || (!way.startsWith("..") && !nodePath.isAbsolute(way));
}

function startable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * The places of a program on PATH, best first. Entries that are relative are passed by: where they lead depends on the
 * folder one is in, and that folder's owner would choose the program.
 */
export function onPath(name: string, env: Readonly<Record<string, string | undefined>>, windows: boolean): string[] {
  const path = Object.entries(env).find(([key]) => key === "PATH" || (windows && key.toUpperCase() === "PATH"))?.[1];
  const endings = windows ? (env.PATHEXT ?? ".EXE;.CMD;.BAT").split(";").map((one) => one.toLowerCase()) : [""];
  const found: string[] = [];
  for (const folder of (path ?? "").split(nodePath.delimiter)) {
    if (!nodePath.isAbsolute(folder)) continue;
    for (const ending of endings) {
      const file = nodePath.join(folder, name + ending);
      if (!found.includes(file) && startable(file)) found.push(file);
    }
  }
  return found;
}
