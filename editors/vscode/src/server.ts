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

/** A way out that a message offers beside opening the log. */
export type Way = "settings" | "retry" | "trust";

/** One sentence or two for the user: what is wrong, and what to do about it. */
export interface Trouble {
  readonly message: string;
  readonly ways: readonly Way[];
}

export interface Found {
  readonly kind: "found";
  readonly candidate: Candidate;
  readonly version: string;
}

export interface NotFound extends Trouble {
  readonly kind: "not found";
  /** Every candidate with what was wrong with it, in the order of trying. */
  readonly tried: readonly { readonly candidate: Candidate; readonly problem: string }[];
}

/** The environment that the extension keeps for itself: the Python in it, or why there is none. */
export type Own = { readonly python: Command } | Trouble;

/** What the choice depends on. */
export interface Surroundings {
  /** The setting `initls.path` with its variables replaced; empty when unset. */
  readonly path: string;
  /** The setting `initls.interpreter` with its variables replaced; empty when unset. */
  readonly interpreter: string;
  /** Whether the user trusts what lies in the workspace, an interpreter included. */
  readonly trusted: boolean;
  /** Whether a file lies in a folder of the workspace. */
  readonly inWorkspace: (file: string) => boolean;
  /** The interpreter that a Python extension has selected for the workspace, if there is such an extension. */
  readonly selected: () => Promise<Command | undefined>;
  /** The places of a program on PATH, those of an untrusted workspace left out. */
  readonly onPath: (name: string) => readonly string[];
  /** Asks a command for its version. */
  readonly probe: (command: Command) => Promise<Answer>;
  /** Makes the extension's own environment if it is not there yet, or once more if it is `broken`. */
  readonly own: (broken: boolean) => Promise<Own>;
}

export const SELECTED = "the selected Python interpreter";
export const PATH = "PATH";
export const OWN = "the extension's own environment";

/** `python -m initls`: found by module, because the folder of the interpreter's scripts is often not on PATH. */
function asModule(python: Command, origin: string): Candidate {
  return { program: python.program, args: [...python.args, "-m", "initls"], origin };
}

/**
 * The candidates that somebody else has installed, best first. A setting stands alone: whoever names a server wants that
 * one, and should hear that it does not start rather than be given another. The rest is made one by one, since asking a
 * Python extension for its choice can take a while.
 */
async function* candidates(surroundings: Surroundings): AsyncGenerator<Candidate> {
  const { path, interpreter, trusted, selected, onPath } = surroundings;
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
  for (const program of onPath("initls").slice(0, 1)) {
    yield { program, args: [], origin: PATH };
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

/** What is said of a server that a setting names and that does not start. */
function aboutSetting(candidate: Candidate, problem: string): Trouble {
  if (!/No module named '?initls\b/.test(problem)) {
    return {
      message: `initls does not start: ${shown(candidate)}, from ${candidate.origin}, says: ${problem}`,
      ways: ["settings", "retry"],
    };
  }
  const python = { program: candidate.program, args: candidate.args.slice(0, -2) };
  const install = shown({ ...python, args: [...python.args, "-m", "pip", "install", "initls"] });
  return {
    message: `initls is not installed in ${shown(python)}, from ${candidate.origin}. Install it with: ${install}`,
    ways: ["settings", "retry"],
  };
}

/** Tries the candidates in order and takes the first that is initls; if none is, the extension's own environment. */
export async function findServer(surroundings: Surroundings): Promise<Found | NotFound> {
  const { path, interpreter, trusted, inWorkspace, probe, own } = surroundings;
  const tried: { candidate: Candidate; problem: string }[] = [];
  const named = path || interpreter;
  if (named !== "" && !trusted && inWorkspace(named)) {
    const message = `initls does not start ${named}: it lies in this folder, and the folder is not trusted.`;
    return { kind: "not found", tried, message, ways: ["trust", "settings"] };
  }
  for await (const candidate of candidates(surroundings)) {
    const answer = await probe(candidate);
    if ("version" in answer) {
      return { kind: "found", candidate, version: answer.version };
    }
    tried.push({ candidate, problem: answer.problem });
    if (named !== "") {
      return { kind: "not found", tried, ...aboutSetting(candidate, answer.problem) };
    }
  }
  // The Python that it was made of may be gone since; then it is made anew, once.
  for (const broken of [false, true]) {
    const made = await own(broken);
    if (!("python" in made)) {
      return { kind: "not found", tried, ...made };
    }
    const candidate = asModule(made.python, OWN);
    const answer = await probe(candidate);
    if ("version" in answer) {
      return { kind: "found", candidate, version: answer.version };
    }
    tried.push({ candidate, problem: answer.problem });
  }
  const last = tried.at(-1)?.problem ?? "";
  return {
    kind: "not found",
    tried,
    message: `initls was installed into ${OWN} and does not start there: ${last}`,
    ways: ["retry", "settings"],
  };
}
