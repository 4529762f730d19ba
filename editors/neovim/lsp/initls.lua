---@brief
---
--- https://github.com/initls/initls
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
---
--- `:LspInitlsReport` shows how every layer of the model under the cursor starts, in the browser.

---@param client vim.lsp.Client
---@param bufnr integer
local function report(client, bufnr)
  local position = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local params = vim.tbl_extend('error', position, { formats = { 'html' } })
  client:request('initls/report', params, function(err, result)
    if err or not result or not result.html then
      vim.notify(err and err.message or 'There is no model under the cursor.', vim.log.levels.WARN)
      return
    end
    local page = vim.fn.tempname() .. '.html'
    vim.fn.writefile(vim.split(result.html, '\n'), page)
    vim.ui.open(page)
  end, bufnr)
end

---@type vim.lsp.Config
return {
  cmd = { 'initls', 'server' },
  filetypes = { 'python' },
  root_markers = { 'initls.toml', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git' },
  on_attach = function(client, bufnr)
    vim.api.nvim_buf_create_user_command(bufnr, 'LspInitlsReport', function()
      report(client, bufnr)
    end, { desc = 'Show how every layer of the model under the cursor starts' })
  end,
}
