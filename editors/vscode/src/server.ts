/**
 * Which initls to start. Pure: what it needs to know of the machine is handed to it, so that every choice can be tested.
 */

/** A program and the arguments that stand in front of all others, as in `python -m initls`. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** A command that may turn out to be initls, and in the user's words why it is being tried. */
export interface Candidate extends Command {
  readonly origin: string;
}

/** What a command answered when it was asked for its version. */
export type Answer = { readonly version: string } | { readonly problem: string };

export interface Found {
  readonly kind: "found";
  readonly candidate: Candidate;
  readonly version: string;
}

export interface NotFound {
  readonly kind: "not found";
  /** Every candidate with what was wrong with it, in the order of trying. */
  readonly tried: readonly { readonly candidate: Candidate; readonly problem: string }[];
  /** One sentence or two for the user: what is wrong, and what to do about it. */
  readonly message: string;
}

/** What the choice depends on. */
export interface Surroundings {
  /** The setting `initls.path` with its variables replaced; empty when unset. */
  readonly path: string;
  /** The setting `initls.interpreter` with its variables replaced; empty when unset. */
  readonly interpreter: string;
  /** Whether the user trusts what lies in the workspace, an interpreter included. */
  readonly trusted: boolean;
  /** The interpreter that a Python extension has selected for the workspace, if there is such an extension. */
  readonly selected: () => Promise<Command | undefined>;
  /** Asks a command for its version. */
  readonly probe: (command: Command) => Promise<Answer>;
  readonly windows: boolean;
}

const SELECTED = "the selected Python interpreter";
const PATH = "PATH";

/** `python -m initls`: found by module, because the folder of the interpreter's scripts is often not on PATH. */
function asModule(python: Command, origin: string): Candidate {
  return { program: python.program, args: [...python.args, "-m", "initls"], origin };
}

/**
 * The candidates, best first. A setting stands alone: whoever names a server wants that one, and should hear that it
 * does not start rather than be given another. The rest is made one by one, since asking a Python extension for its
 * choice can take a while.
 */
async function* candidates(surroundings: Surroundings): AsyncGenerator<Candidate> {
  const { path, interpreter, trusted, selected, windows } = surroundings;
  if (path !== "") {
    yield { program: path, args: [], origin: "the setting initls.path" };
    return;
  }
  if (interpreter !== "") {
    yield asModule({ program: interpreter, args: [] }, "the setting initls.interpreter");
    return;
  }
  // The selected interpreter often lies inside the workspace, so starting it would run the workspace's own code.
  const python = trusted ? await selected() : undefined;
  if (python !== undefined) {
    yield asModule(python, SELECTED);
  }
  // A tool installer gives initls an environment of its own and puts only the program on PATH.
  yield { program: "initls", args: [], origin: PATH };
  for (const name of windows ? ["py", "python"] : ["python3", "python"]) {
    yield asModule({ program: name, args: [] }, PATH);
  }
}

/** The command as it would be typed. */
export function shown(command: Command): string {
  return [command.program, ...command.args].map((part) => (/\s/.test(part) ? `"${part}"` : part)).join(" ");
}

/** Whether two finds would start the same program of the same version. */
export function sameServer(one: Found, other: Found | undefined): boolean {
  return one.version === other?.version && shown(one.candidate) === shown(other.candidate);
}

function explanation(tried: NotFound["tried"]): string {
  const first = tried[0];
  if (first === undefined || first.candidate.origin === PATH) {
    return "initls is not installed. Install it with: pip install initls (or name the program in the setting initls.path).";
  }
  const { candidate, problem } = first;
  if (!/No module named '?initls\b/.test(problem)) {
    return `initls does not start: ${shown(candidate)}, from ${candidate.origin}, says: ${problem}`;
  }
  const python = { program: candidate.program, args: candidate.args.slice(0, -2) };
  const install = shown({ ...python, args: [...python.args, "-m", "pip", "install", "initls"] });
  return `initls is not installed in ${shown(python)}, from ${candidate.origin}. Install it with: ${install}`;
}

/** Tries the candidates in order and takes the first that is initls. */
export async function findServer(surroundings: Surroundings): Promise<Found | NotFound> {
  const tried: { candidate: Candidate; problem: string }[] = [];
  for await (const candidate of candidates(surroundings)) {
    const answer = await surroundings.probe(candidate);
    if ("version" in answer) {
      return { kind: "found", candidate, version: answer.version };
    }
    tried.push({ candidate, problem: answer.problem });
  }
  return { kind: "not found", tried, message: explanation(tried) };
}
