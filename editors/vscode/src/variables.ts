/** The variables that may stand in a path setting. */

export interface Variables {
  readonly home: string;
  readonly workspaceFolder: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Replaces a leading `~`, `${workspaceFolder}` and `${env:NAME}`; what is not known is left standing, to be seen. */
export function expand(text: string, variables: Variables): string {
  return text
    .trim()
    .replace(/^~(?=$|[/\\])/, () => variables.home)
    .replaceAll("${workspaceFolder}", (whole) => variables.workspaceFolder ?? whole)
    .replace(/\$\{env:(\w+)\}/g, (whole, name: string) => variables.env[name] ?? whole);
}
