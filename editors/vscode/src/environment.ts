/**
 * The environment that the extension keeps for itself, for everybody who has not installed initls: made once, from the
 * wheel that ships with the extension, in the extension's own folder.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { able, type Python } from "./pythons";
import type { Finished, Manner, Run } from "./run";
import { shown, type Command, type Own } from "./server";
import { aboutInstallation, aboutPythons } from "./trouble";

/** A slow index and a slow disk need minutes; whoever does not want to wait can cancel. */
const PATIENCE_MS = 10 * 60_000;

/** An environment that was not started for so long belongs to nobody any more. */
const UNUSED_MS = 14 * 24 * 3600_000;

/** Written last: what has no marker was not finished, and is made anew. */
const MARKER = "ready.json";

export interface Site {
  /** The extension's own folder for what it keeps. */
  readonly storage: string;
  /** The folder with the wheel of initls in it, and perhaps a folder `wheelhouse` with all that it needs. */
  readonly shipped: string;
  readonly windows: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** VS Code's own proxy, for users who have told nobody else; empty when unset. */
  readonly proxy: string;
}

export interface Reporter {
  /** What is being done now, for whoever waits. */
  readonly tell: (step: string) => void;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The wheel that ships with the extension. */
export function wheelIn(shipped: string): string | undefined {
  const wheels = existsSync(shipped) ? readdirSync(shipped).filter((file) => /^initls-.*\.whl$/.test(file)) : [];
  return wheels.length === 0 ? undefined : path.join(shipped, wheels.toSorted().at(-1) ?? "");
}

/** The environment's Python. `-I`: neither the user's variables nor his own packages come in between. */
function pythonOf(folder: string, windows: boolean): Command {
  const program = windows ? path.join(folder, "Scripts", "python.exe") : path.join(folder, "bin", "python");
  return { program, args: ["-I"] };
}

/** pip's own settings hold (index, certificate, proxy), but for those that would have it install somewhere else. */
export function environmentForPip(env: NodeJS.ProcessEnv, proxy: string): NodeJS.ProcessEnv {
  const leading = new Set([
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
  ]);
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !leading.has(name.toUpperCase())));
  const known = Object.keys(kept).some((name) => /^(https?|all)_proxy$/i.test(name));
  const through = proxy === "" || known ? {} : { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
  return { ...kept, ...through, PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1", PYTHONIOENCODING: "utf-8" };
}

export class Environment {
  constructor(
    private readonly site: Site,
    private readonly run: Run,
  ) {}

  /** The Python of the environment, if it has been made of the wheel that ships now. */
  ready(): Command | undefined {
    const folder = this.folder();
    const marker = folder === undefined ? undefined : path.join(folder, MARKER);
    if (folder === undefined || marker === undefined || !existsSync(marker)) return undefined;
    try {
      utimesSync(marker, new Date(), new Date());
    } catch {
      // Who may only read keeps what there is; `sweep` runs where things can be written.
    }
    return pythonOf(folder, this.site.windows);
  }

  /** What there is to be said of it in a report. */
  described(): string {
    const folder = this.folder();
    if (folder === undefined) return `no wheel ships in ${this.site.shipped}`;
    const marker = path.join(folder, MARKER);
    return existsSync(marker) ? `${folder}: ${readFileSync(marker, "utf8").trim()}` : `${folder}: not made`;
  }

  /** One folder for each build of initls, so that an update never changes files under a running server. */
  private folder(): string | undefined {
    const wheel = wheelIn(this.site.shipped);
    if (wheel === undefined) return undefined;
    const mark = createHash("sha256").update(readFileSync(wheel)).digest("hex").slice(0, 8);
    const version = /^initls-([^-]+)/.exec(path.basename(wheel))?.[1] ?? "0";
    return path.join(this.site.storage, `initls-${version}-${mark}`);
  }

  /** Makes it, with the first Python that can. Whatever was there before goes. */
  async make(pythons: AsyncIterable<Python>, reporter: Reporter): Promise<Own> {
    const wheel = wheelIn(this.site.shipped);
    const folder = this.folder();
    if (wheel === undefined || folder === undefined) {
      return {
        message: `This build of the extension brings no initls along (${this.site.shipped}). Install it with: pip install initls`,
        ways: ["settings", "retry"],
      };
    }
    const asked: Python[] = [];
    let python: Python | undefined;
    for await (const one of pythons) {
      asked.push(one);
      reporter.log(`Python ${one.version.join(".")}: ${shown(one.command)}`);
      if (able(one)) {
        python = one;
        break;
      }
    }
    if (python === undefined) return aboutPythons(asked);
    let release: (() => void) | undefined;
    try {
      mkdirSync(this.site.storage, { recursive: true });
      release = await this.lock(`${folder}.lock`, reporter);
      const already = release === undefined ? this.ready() : undefined;
      if (already !== undefined) return { python: already };
      return await this.install(python, wheel, folder, reporter);
    } catch (error) {
      reporter.log(String(error));
      return aboutInstallation(String(error), this.site.storage);
    } finally {
      release?.();
    }
  }

  private async install(python: Python, wheel: string, folder: string, reporter: Reporter): Promise<Own> {
    rmSync(folder, { recursive: true, force: true });
    const manner: Manner = {
      cwd: this.site.storage,
      patience: PATIENCE_MS,
      env: environmentForPip(this.site.env, this.site.proxy),
      signal: reporter.signal,
      onLine: (line) => {
        reporter.log(line);
        const name = /^(?:Collecting|Downloading|Processing) (?:\S*[/\\])?([A-Za-z][\w.]*)/.exec(line)?.[1];
        if (name !== undefined) reporter.tell(`getting ${name.replace(/-.*/, "")}`);
        if (line.startsWith("Installing collected")) reporter.tell("installing");
      },
    };
    reporter.tell(`with Python ${python.version.join(".")}`);
    const seen: string[] = [];
    const step = async (command: Command, args: readonly string[]): Promise<Finished> => {
      reporter.log(`$ ${shown({ program: command.program, args: [...command.args, ...args] })}`);
      const finished = await this.run(command, args, manner);
      seen.push(finished.output);
      return finished;
    };
    const failed = ({ status }: Finished): Own => {
      rmSync(folder, { recursive: true, force: true });
      if (status === "stopped")
        return { message: "The installation of initls was cancelled.", ways: ["retry", "settings"] };
      if (status === "late") return aboutInstallation("ReadTimeoutError", this.site.storage);
      return aboutInstallation(seen.join("\n"), this.site.storage);
    };

    // A pip of its own costs the environment seconds and is used once; most Pythons have one that can do it from outside.
    const bare = python.pip ? ["--without-pip"] : [];
    const made = await step(python.command, ["-E", "-s", "-m", "venv", ...bare, folder]);
    if (made.status !== 0) return failed(made);
    const own = pythonOf(folder, this.site.windows);
    const pip: [Command, string[]] = python.pip
      ? [python.command, ["-E", "-s", "-m", "pip", "--python", own.program]]
      : [own, ["-m", "pip"]];
    // No package is built: where there is no build for this Python, saying so helps more than a compiler's complaint. And
    // bytecode is written for what is imported, when it is.
    const install = [...pip[1], "install", "--only-binary", ":all:", "--no-compile", "--no-warn-script-location"];
    const wheelhouse = path.join(this.site.shipped, "wheelhouse");
    let finished: Finished | undefined;
    if (existsSync(wheelhouse)) {
      reporter.tell("from the packages that came with the extension");
      finished = await step(pip[0], [...install, "--no-index", "--find-links", wheelhouse, wheel]);
    }
    if (finished === undefined || (finished.status !== 0 && typeof finished.status === "number")) {
      finished = await step(pip[0], [...install, wheel]);
    }
    if (finished.status !== 0) return failed(finished);
    writeFileSync(
      path.join(folder, MARKER),
      JSON.stringify({ wheel: path.basename(wheel), python: shown(python.command), version: python.version.join(".") }),
    );
    this.sweep(folder);
    return { python: own };
  }

  /** Removes environments of older builds that nobody has started for long: another window may still run one. */
  private sweep(kept: string): void {
    for (const name of readdirSync(this.site.storage)) {
      const folder = path.join(this.site.storage, name);
      if (folder === kept || !/^initls-[^-]+-[0-9a-f]{8}$/.test(name)) continue;
      const used = statSync(path.join(folder, MARKER), { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - used < UNUSED_MS) continue;
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {
        // Windows keeps the files of a running program.
      }
    }
  }

  /**
   * Waits until no other window makes the same environment. Answers with what gives the lock back, or with nothing if the
   * other window has made it.
   */
  private async lock(file: string, reporter: Reporter): Promise<(() => void) | undefined> {
    for (;;) {
      try {
        closeSync(openSync(file, "wx"));
        const beat = setInterval(() => {
          if (existsSync(file)) writeFileSync(file, "");
        }, 2000);
        return () => {
          clearInterval(beat);
          rmSync(file, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      // A window that is gone does not touch its lock any more.
      const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      if (age > 10_000) {
        rmSync(file, { force: true });
        continue;
      }
      reporter.tell("waiting for another window");
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (reporter.signal.aborted) throw new Error("cancelled while another window was installing");
      if (!existsSync(file) && this.ready() !== undefined) return undefined;
    }
  }
}
