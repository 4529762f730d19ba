/** What is said when the extension's own environment cannot be made: each case that users meet, with its way out. */
import { newEnough, OLDEST, type Python } from "./pythons";
import { shown, type Trouble } from "./server";

const oldest = OLDEST.join(".");

/** No Python of this machine will do. */
export function aboutPythons(asked: readonly Python[]): Trouble {
  const ways = ["settings", "retry"] as const;
  const fitting = asked.find(newEnough);
  if (fitting !== undefined) {
    const version = fitting.version.join(".");
    return {
      message:
        `initls cannot make its environment: ${shown(fitting.command)} lacks the module venv. ` +
        `On Debian and Ubuntu: sudo apt install python${version}-venv`,
      ways,
    };
  }
  const [old] = asked;
  if (old !== undefined) {
    return {
      message:
        `initls needs Python ${oldest} or newer, and ${shown(old.command)} is Python ${old.version.join(".")}. ` +
        "Install a newer Python beside it, or name one in the setting initls.interpreter. " +
        "The code that is checked may be for any Python.",
      ways,
    };
  }
  return {
    message: `initls needs Python ${oldest} or newer, and no Python was found. Install one from python.org, or name one in the setting initls.interpreter.`,
    ways,
  };
}

/** What pip and venv print in each case, tried from the top. */
const CASES: readonly { readonly sign: RegExp; readonly message: string }[] = [
  {
    sign: /Read-only file system|Permission denied|EROFS|EACCES|EPERM|WinError 5\b/i,
    message: "The folder of the extension cannot be written to",
  },
  {
    sign: /No space left|ENOSPC|Disk quota exceeded|EDQUOT/i,
    message: "The disk is full",
  },
  {
    sign: /ProxyError|407 Proxy|Cannot connect to proxy|Tunnel connection failed/i,
    message:
      "The proxy refuses the connection to the package index; VS Code's setting http.proxy, or HTTPS_PROXY, names the proxy",
  },
  {
    sign: /CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError/i,
    message:
      "The certificate of the package index is not trusted; if a proxy of your company reads along, PIP_CERT names its certificate",
  },
  {
    sign: /NameResolutionError|Failed to establish a new connection|Temporary failure in name resolution|getaddrinfo failed|ConnectTimeout|ReadTimeout|Connection refused|Network is unreachable|RemoteDisconnected|NewConnectionError/i,
    message: "The package index cannot be reached; the README tells how to install without a network",
  },
  {
    sign: /No matching distribution found for|Could not find a version that satisfies/i,
    message: "The package index has no build of a package that initls needs for this Python and machine",
  },
];

/** The first word of what an installation printed that says why it failed. */
export function aboutInstallation(output: string, folder: string): Trouble {
  const { message } = CASES.find(({ sign }) => sign.test(output)) ?? { message: undefined };
  const missing = /No matching distribution found for ([\w.-]+)/.exec(output)?.[1];
  const error = output
    .split(/\r?\n/)
    .map((line) => line.trim())
    .findLast((line) => /\berror\b/i.test(line));
  const reason =
    message === undefined
      ? (error ?? "the log says why")
      : missing !== undefined && message.startsWith("The package index has no build")
        ? `${message} (${missing})`
        : message.startsWith("The folder")
          ? `${message}: ${folder}`
          : message;
  return { message: `initls could not be installed. ${reason.replace(/\.$/, "")}.`, ways: ["retry", "settings"] };
}
