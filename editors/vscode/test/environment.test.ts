import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { describe, it } from "node:test";
import { Environment, environmentForPip, type Site } from "../src/environment";
import { able, ask, newEnough, type Python } from "../src/pythons";
import { run } from "../src/run";
import type { Own } from "../src/server";
import { fakePython, scratch, shipped } from "./fakes";

function site(changes: Partial<Site> = {}): Site {
  return {
    storage: path.join(scratch(), "environments"),
    shipped: shipped(),
    windows: false,
    env: { PATH: process.env.PATH },
    proxy: "",
    ...changes,
  };
}

async function* asked(programs: readonly string[]): AsyncGenerator<Python> {
  for (const program of programs) {
    const python = await ask(run, { program, args: [] }, tmpdir());
    if (python !== undefined) yield python;
  }
}

async function make(where: Site, programs: readonly string[], signal = new AbortController().signal) {
  const steps: string[] = [];
  const log: string[] = [];
  const environment = new Environment(where, run);
  const own = await environment.make(asked(programs), {
    tell: (step) => steps.push(step),
    log: (line) => log.push(line),
    signal,
  });
  return { own, steps, log, environment };
}

const message = (own: Own) => ("message" in own ? own.message : "it was made");
const commands = (python: string) => readFileSync(`${python}.asked`, "utf8").split("\n");

describe("the environment of the extension's own", () => {
  it("is made with the first Python that can, from the wheel that ships", async () => {
    const [old, bare, good] = [fakePython({ version: [3, 8] }), fakePython({ venv: false }), fakePython()];
    const where = site();
    const { own, steps, environment } = await make(where, ["/no/such/python", old, bare, good]);
    assert.ok("python" in own, message(own));
    assert.match(own.python.program, /environments\/initls-0\.1\.0-[0-9a-f]{8}\/bin\/python$/);
    assert.deepEqual(own.python.args, ["-I"]);
    assert.deepEqual(environment.ready(), own.python);
    const install = commands(good).find((line) => line.includes("install"));
    assert.match(
      install ?? "",
      /--python .*\/bin\/python install --only-binary :all: .*initls-0\.1\.0-py3-none-any\.whl/,
    );
    assert.deepEqual(steps, ["with Python 3.11", "getting libcst"]);
  });

  it("has a pip of its own only where the Python has none", async () => {
    const withPip = fakePython();
    await make(site(), [withPip]);
    assert.ok(commands(withPip).some((line) => line.includes("-m venv --without-pip")));
    const without = fakePython({ pip: false });
    const { own } = await make(site(), [without]);
    assert.ok("python" in own);
    assert.ok(!commands(without).some((line) => line.includes("--without-pip")));
  });

  it("is made once for each build of initls", async () => {
    const where = site();
    const { own } = await make(where, [fakePython()]);
    assert.ok("python" in own);
    assert.ok(new Environment(where, run).ready() !== undefined);
    const updated = { ...where, shipped: shipped("another build") };
    assert.equal(new Environment(updated, run).ready(), undefined);
  });

  it("keeps that of another build while somebody may still use it, and removes it later", async () => {
    const where = site();
    await make(where, [fakePython()]);
    const [first] = readdirSync(where.storage);
    assert.ok(first !== undefined);
    await make({ ...where, shipped: shipped("second") }, [fakePython()]);
    assert.equal(readdirSync(where.storage).length, 2);
    const longAgo = new Date(Date.now() - 30 * 24 * 3600_000);
    utimesSync(path.join(where.storage, first, "ready.json"), longAgo, longAgo);
    await make({ ...where, shipped: shipped("third") }, [fakePython()]);
    assert.ok(!readdirSync(where.storage).includes(first));
    assert.equal(readdirSync(where.storage).length, 2);
  });

  it("is not taken for ready when its making was cut off, and is made anew then", async () => {
    const where = site();
    const { own, environment } = await make(where, [fakePython()]);
    assert.ok("python" in own);
    rmSync(path.join(path.dirname(path.dirname(own.python.program)), "ready.json"));
    assert.equal(environment.ready(), undefined);
    assert.ok("python" in (await make(where, [fakePython()])).own);
  });

  it("comes from the packages that ship, without a network, where there are any", async () => {
    const where = site();
    mkdirSync(path.join(where.shipped, "wheelhouse"));
    const python = fakePython();
    assert.ok("python" in (await make(where, [python])).own);
    const installs = commands(python).filter((line) => line.includes("install"));
    assert.equal(installs.length, 1);
    assert.match(installs[0] ?? "", /--no-index --find-links \S*\/wheelhouse /);
  });

  it("comes from the index where those that ship are for another machine", async () => {
    const where = site();
    mkdirSync(path.join(where.shipped, "wheelhouse"));
    const install =
      'case "$*" in *--no-index*) echo "ERROR: No matching distribution found for libcst"; exit 1 ;; esac';
    const python = fakePython({ install });
    const { own } = await make(where, [python]);
    assert.ok("python" in own, message(own));
    assert.equal(commands(python).filter((line) => line.includes("install")).length, 2);
  });

  it("is made by one window alone while another waits for it", async () => {
    const where = site();
    const slow = fakePython({ install: "sleep 1" });
    const idle = fakePython();
    const first = make(where, [slow]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const second = await make(where, [idle]);
    assert.ok("python" in second.own, message(second.own));
    assert.ok(second.steps.includes("waiting for another window"));
    assert.ok(!commands(idle).some((line) => line.includes("install")));
    assert.deepEqual((await first).own, second.own);
  });

  it("does not wait for a window that is gone", async () => {
    const where = site();
    const { own } = await make(where, [fakePython()]);
    assert.ok("python" in own);
    const folder = path.dirname(path.dirname(own.python.program));
    rmSync(folder, { recursive: true });
    writeFileSync(`${folder}.lock`, "");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${folder}.lock`, longAgo, longAgo);
    assert.ok("python" in (await make(where, [fakePython()])).own);
    assert.ok(!existsSync(`${folder}.lock`));
  });
});

describe("when the environment cannot be made", () => {
  const printing = (text: string) => ({ install: `echo "${text}" >&2; exit 1` });

  it("says so of each kind of Python", async () => {
    assert.match(message((await make(site(), [])).own), /no Python was found/);
    assert.match(message((await make(site(), [fakePython({ version: [3, 8] })])).own), /is Python 3\.8\./);
    assert.match(message((await make(site(), [fakePython({ venv: false })])).own), /apt install python3\.11-venv/);
    assert.match(
      message((await make(site(), [fakePython({ pip: false, ensurepip: false })])).own),
      /apt install python3\.11-venv/,
    );
  });

  it("says what pip says, and leaves nothing half made", async () => {
    const where = site();
    const python = fakePython(printing("ProxyError: Cannot connect to proxy."));
    assert.match(message((await make(where, [python])).own), /The proxy refuses/);
    assert.deepEqual(readdirSync(where.storage), []);
  });

  it("says that the folder cannot be written to", async () => {
    const parent = scratch();
    const where = site({ storage: path.join(parent, "environments") });
    if (process.getuid?.() === 0) {
      writeFileSync(where.storage, "a file stands where the folder should"); // root may write everywhere else
      assert.match(message((await make(where, [fakePython()])).own), /could not be installed/);
    } else {
      chmodSync(parent, 0o555);
      assert.match(message((await make(where, [fakePython()])).own), /cannot be written to/);
    }
  });

  it("says so when the venv module fails", async () => {
    const python = fakePython({ makes: "echo 'Error: [Errno 30] Read-only file system' >&2; exit 1" });
    assert.match(message((await make(site(), [python])).own), /cannot be written to: .*environments/);
  });

  it("stops at once when the user cancels", async () => {
    const abort = new AbortController();
    const where = site();
    const making = make(where, [fakePython({ install: "exec sleep 30" })], abort.signal);
    setTimeout(() => {
      abort.abort();
    }, 500);
    const begun = Date.now();
    assert.equal(message((await making).own), "The installation of initls was cancelled.");
    assert.ok(Date.now() - begun < 10_000);
    assert.deepEqual(readdirSync(where.storage), []);
  });

  it("says so when the extension was built without initls", async () => {
    assert.match(message((await make(site({ shipped: scratch() }), [fakePython()])).own), /brings no initls along/);
  });
});

describe("what pip is told", () => {
  it("is the user's own settings, but for those that lead elsewhere", () => {
    const env = environmentForPip(
      { PIP_INDEX_URL: "https://pypi.example", PIP_USER: "1", PYTHONPATH: "/ws", PIP_TARGET: "/t", HOME: "/home/ada" },
      "",
    );
    assert.equal(env.PIP_INDEX_URL, "https://pypi.example");
    assert.equal(env.HOME, "/home/ada");
    assert.deepEqual(
      ["PIP_USER", "PYTHONPATH", "PIP_TARGET", "HTTPS_PROXY"].filter((name) => name in env),
      [],
    );
  });

  it("is VS Code's proxy where nobody else names one", () => {
    assert.equal(environmentForPip({}, "http://proxy:3128").HTTPS_PROXY, "http://proxy:3128");
    const env = environmentForPip({ https_proxy: "http://own:1" }, "http://proxy:3128");
    assert.deepEqual([env.https_proxy, env.HTTPS_PROXY], ["http://own:1", undefined]);
  });
});

describe("asking a program which Python it is", () => {
  const real = (name: string) => execFileSync(name, ["-c", "print('%d.%d' % __import__('sys').version_info[:2])"]);

  it("is answered by the real one", async () => {
    const python = await ask(run, { program: "python3", args: [] }, tmpdir());
    assert.ok(python !== undefined);
    assert.equal(python.version.join("."), real("python3").toString().trim());
  });

  it("is not answered by what is none", async () => {
    assert.equal(await ask(run, { program: "/no/such/python", args: [] }, tmpdir()), undefined);
    assert.equal(await ask(run, { program: process.execPath, args: [] }, tmpdir()), undefined);
  });

  it("tells which can carry initls", () => {
    const python = (version: readonly [number, number], venv = true, ensurepip = true, pip = true) =>
      ({ command: { program: "p", args: [] }, version, venv, ensurepip, pip }) satisfies Python;
    assert.deepEqual(
      [python([2, 7]), python([3, 9]), python([3, 10]), python([3, 14]), python([4, 0])].map(newEnough),
      [false, false, true, true, true],
    );
    assert.ok(able(python([3, 12], true, false, true)) && able(python([3, 12], true, true, false)));
    assert.ok(!able(python([3, 12], true, false, false)) && !able(python([3, 12], false)));
  });
});
