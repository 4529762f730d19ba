/** The Pythons of this machine, as far as an environment can be made with them. */
import type { Run } from "./run";
import type { Command } from "./server";

/** What initls asks of Python; `pyproject.toml` says the same. */
export const OLDEST = [3, 10] as const;

/** A Python that was asked what it is. */
export interface Python {
  readonly command: Command;
  readonly version: readonly [number, number];
  /** Whether it can make environments, and put pip into them. */
  readonly venv: boolean;
  readonly ensurepip: boolean;
  /** Its own pip, if that can install into another environment (`--python`, since 22.3). */
  readonly pip: boolean;
}

// Any Python since 2.6 understands this, so that one which is too old can be named with its version.
const QUESTION = `
import sys
def has(name):
    try:
        return __import__(name)
    except Exception:
        return None
pip = has("pip")
words = getattr(pip, "__version__", "0").split(".")
new = [int(word) for word in words[:2] if word.isdigit()] >= [22, 3]
print("initls-asks %d %d %d %d %d" % (sys.version_info[0], sys.version_info[1], has("venv") is not None, has("ensurepip") is not None, new))
`;

export function pythonIn(output: string, command: Command): Python | undefined {
  const told = /^initls-asks (\d+) (\d+) (\d) (\d) (\d)/m.exec(output)?.slice(1).map(Number);
  if (told === undefined) return undefined;
  const [major = 0, minor = 0, venv, ensurepip, pip] = told;
  return { command, version: [major, minor], venv: venv === 1, ensurepip: ensurepip === 1, pip: pip === 1 };
}

/** Asks a program which Python it is; none if it is not one, as the stub of Windows' shop is not. */
export async function ask(run: Run, command: Command, cwd: string): Promise<Python | undefined> {
  // Neither the user's variables nor his own packages are to decide what this Python is.
  const { status, output } = await run(command, ["-E", "-s", "-c", QUESTION], { cwd, patience: 20_000 });
  return status === 0 ? pythonIn(output, command) : undefined;
}

export function newEnough({ version: [major, minor] }: Python): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Whether an environment with packages in it can be made with this Python. */
export function able(python: Python): boolean {
  return newEnough(python) && python.venv && (python.pip || python.ensurepip);
}

/** The names under which Pythons stand on PATH, the one that `python3` means first. */
export function names(windows: boolean): string[] {
  const numbered = [13, 12, 11, 10, 14].map((minor) => `python3.${minor}`);
  return windows ? ["py", "python", "python3"] : ["python3", "python", ...numbered];
}
