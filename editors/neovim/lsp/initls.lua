---@brief
---
--- A language server that finds weight-initialization bugs in PyTorch code while it is typed, and repairs them.
---
--- Install it into the environment that Neovim is started from:
---
--- ```sh
--- pip install initls
--- ```
---
--- Which rules are reported is set in `[tool.initls]` of the project's `pyproject.toml`, or in `initls.toml`. To set it
--- for the editor alone:
---
--- ```lua
--- vim.lsp.config('initls', {
---   init_options = { settings = { ignore = { 'INI203' } } },
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'initls', 'server' },
  filetypes = { 'python' },
  root_markers = { 'initls.toml', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git' },
}
