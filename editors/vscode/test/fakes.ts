/** Programs that behave like a Python of one kind or another, for what cannot be had on every machine. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder that is gone when the tests are over. */
export function scratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "initls-test-"));
  folders.push(folder);
  return folder;
}

export interface FakePython {
  readonly version?: readonly [number, number];
  readonly venv?: boolean;
  readonly ensurepip?: boolean;
  readonly pip?: boolean;
  /** What `pip install` does, in words of the shell. */
  readonly install?: string;
  /** What `venv` does before it makes the folder. */
  readonly makes?: string;
}

/** Writes the program and says where it is. All that it is asked to do is kept beside it, a line each. */
export function fakePython(kind: FakePython = {}): string {
  const file = path.join(scratch(), "python");
  const [major, minor] = kind.version ?? [3, 11];
  const flags = [kind.venv ?? true, kind.ensurepip ?? true, kind.pip ?? true].map(Number).join(" ");
  writeFileSync(
    file,
    `#!/bin/sh
echo "$*" | tr '\\n' ' ' >> "${file}.asked"; echo >> "${file}.asked"
case "$*" in
  *initls-asks*) echo "initls-asks ${major} ${minor} ${flags}" ;;
  *"-m venv"*) ${kind.makes ?? ":"}
    for folder; do :; done
    mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python" ;;
  *"install"*) ${kind.install ?? "echo 'Collecting libcst<2,>=1.8.6'; echo 'Successfully installed initls'"} ;;
  *--version) echo "initls 0.1.0" ;;
esac
`,
  );
  chmodSync(file, 0o755);
  return file;
}

/** A folder with a wheel in it, as the extension brings it along. */
export function shipped(content = "wheel"): string {
  const folder = scratch();
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "initls-0.1.0-py3-none-any.whl"), content);
  return folder;
}
