import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Python } from "../src/pythons";
import { aboutInstallation, aboutPythons } from "../src/trouble";

const python = (version: readonly [number, number], changes: Partial<Python> = {}): Python => ({
  command: { program: `/usr/bin/python${version.join(".")}`, args: [] },
  version,
  venv: true,
  ensurepip: true,
  pip: true,
  ...changes,
});

describe("what is said of the Pythons of a machine", () => {
  it("when there is none", () => {
    assert.match(aboutPythons([]).message, /no Python was found\. Install one from python\.org/);
  });

  it("when all are too old: the first of them, its version, and that the code may be for any", () => {
    const { message } = aboutPythons([python([3, 8]), python([2, 7])]);
    assert.match(message, /needs Python 3\.10 or newer, and \/usr\/bin\/python3\.8 is Python 3\.8\./);
    assert.match(message, /The code that is checked may be for any Python/);
  });

  it("when Debian has taken venv out: the package that brings it", () => {
    const { message } = aboutPythons([python([3, 8]), python([3, 11], { venv: false })]);
    assert.match(message, /lacks the module venv.*sudo apt install python3\.11-venv/);
  });
});

/** Each in the words of pip 24 and 26, or of venv, shortened at the sides. */
const PRINTED = [
  [
    "no network",
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NameResolutionError(\"HTTPSConnection(host='packages.example', port=443): Failed to resolve 'packages.example' ([Errno -3] Temporary failure in name resolution)\")': /simple/libcst/\nERROR: Could not find a version that satisfies the requirement libcst<2,>=1.8.6 (from initls) (from versions: none)\nERROR: No matching distribution found for libcst<2,>=1.8.6",
    /index cannot be reached; the README tells how to install without a network/,
  ],
  [
    "a proxy",
    "WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication Required'))': /simple/libcst/\nERROR: No matching distribution found for libcst",
    /proxy refuses .* http\.proxy, or HTTPS_PROXY/,
  ],
  [
    "a proxy that reads along",
    "Could not fetch URL https://packages.example/simple/libcst/: There was a problem confirming the ssl certificate: SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]')) - skipping\nERROR: No matching distribution found for libcst",
    /certificate of the package index is not trusted; .* PIP_CERT/,
  ],
  [
    "a Python without builds",
    "ERROR: Could not find a version that satisfies the requirement libcst<2,>=1.8.6 (from versions: none)\nERROR: No matching distribution found for libcst<2,>=1.8.6",
    /no build of a package that initls needs for this Python and machine \(libcst\)/,
  ],
  [
    "a full disk",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    /disk is full/,
  ],
  [
    "a read-only home",
    "Error: [Errno 30] Read-only file system: '/home/ada/.local'",
    /cannot be written to: \/home\/ada\/ext/,
  ],
  [
    "a home of somebody else",
    "Error: EACCES: permission denied, mkdir '/home/ada/ext'",
    /cannot be written to: \/home\/ada\/ext/,
  ],
  ["a slow network", "ReadTimeoutError", /index cannot be reached/],
  [
    "whatever else, in pip's own words",
    "Collecting libcst\nERROR: something new\nbye",
    /could not be installed\. ERROR: something new\.$/,
  ],
  ["silence", "", /the log says why/],
] as const;

describe("what is said when an installation fails", () => {
  for (const [name, output, expected] of PRINTED) {
    it(`of ${name}`, () => {
      const { message, ways } = aboutInstallation(output, "/home/ada/ext");
      assert.match(message, expected);
      assert.ok(ways.includes("retry"));
    });
  }
});
