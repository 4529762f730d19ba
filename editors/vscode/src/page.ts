/** Makes a page of the webview out of what the server writes. */

/** What a click in the page asks for, and what the page is allowed to do. */
export interface Frame {
  /** Written into the page and its permission alike, so that no other script runs. */
  readonly nonce: string;
  /** The model has gone since: what is shown was true before the last edits. */
  readonly stale: boolean;
}

// The server's page wears the editor's colours already; what is added is for rows that lead somewhere.
const THEME = `
tr[data-line] { cursor: pointer; }
tr[data-line]:hover { background: var(--vscode-list-hoverBackground); }
tr[data-line]:focus { outline: 1px solid var(--vscode-focusBorder); }
.initls-stale { color: var(--vscode-descriptionForeground); border-left: 3px solid var(--vscode-editorWarning-foreground); padding-left: .6em; }
`;

const SCRIPT = `
const editor = acquireVsCodeApi();
const go = (event) => {
  const row = event.target.closest("[data-line]");
  if (row === null || (event.type === "keydown" && event.key !== "Enter")) return;
  event.preventDefault();
  editor.postMessage({ line: Number(row.dataset.line), uri: row.dataset.uri });
};
addEventListener("click", go);
addEventListener("keydown", go);
for (const row of document.querySelectorAll("tr[data-line]")) row.tabIndex = 0;
scrollTo(0, (editor.getState() ?? { top: 0 }).top);
addEventListener("scroll", () => editor.setState({ top: scrollY }));
`;

/** The server's page with its permissions: no content of elsewhere, and no script but ours. */
export function page(html: string, { nonce, stale }: Frame): string {
  const permissions = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'nonce-${nonce}'`;
  const head = `<meta http-equiv="Content-Security-Policy" content="${permissions}">`;
  const style = `<style>${THEME}</style>`;
  const note = stale
    ? `<p class="initls-stale">This is how it was before the last edits: the code cannot be read now.</p>`
    : "";
  const script = `<script nonce="${nonce}">${SCRIPT}</script>`;
  const parts = /^([\s\S]*?<head[^>]*>)([\s\S]*?)(<\/head>[\s\S]*?<body[^>]*>)([\s\S]*?)(<\/body>[\s\S]*)$/i.exec(html);
  if (parts === null) {
    return `<!DOCTYPE html><html><head>${head}${style}</head><body>${note}${html}${script}</body></html>`;
  }
  const [, before = "", inHead = "", between = "", body = "", after = ""] = parts;
  return `${before}${head}${inHead}${style}${between}${note}${body}${script}${after}`;
}
