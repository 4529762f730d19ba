-- Drives a real Neovim, headless: the configuration is enabled, the diagnostic seen and repaired, the file written.
--
-- Everything it needs to know comes from the environment that `run` makes. Prints one line for each step with the time
-- it took, then leaves Neovim with status 0 or 1.
local PATIENCE = tonumber(vim.env.E2E_PATIENCE) * 1000

local started = vim.uv.hrtime()
local function done(step)
  io.stdout:write(('  %5.1f s  %s\n'):format((vim.uv.hrtime() - started) / 1e9, step))
end

local function until_(question, what)
  assert(vim.wait(PATIENCE, question, 20), what .. (': not within %d s'):format(PATIENCE / 1000))
end

local function read(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('a')
  file:close()
  return text
end

--- Another server counts positions otherwise in the same buffer, and a character stands in front that each counts in its
--- own way: both must mark the same text, and the repair must land where it belongs.
local function beside_another(path, scenario)
  local beside = vim.fs.dirname(path) .. '/beside.py'
  local original = read(vim.env.E2E_ORIGINAL)
  local text = original:gsub('if init_weights:\n%s*self%._init', 'if "😀😀": self._init')
  assert(text ~= original, 'the example has changed')
  local file = assert(io.open(beside, 'wb'))
  file:write(text)
  file:close()
  vim.lsp.config('second', {
    cmd = { vim.env.E2E_PYTHON, vim.env.E2E_SECOND, scenario.mark },
    filetypes = { 'python' },
  })
  vim.lsp.enable('second')
  vim.cmd.edit(beside)
  local buffer = vim.api.nvim_get_current_buf()
  local found = {}
  until_(function()
    for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
      found[diagnostic.source] = diagnostic
    end
    return found.initls ~= nil and found.second ~= nil
  end, 'both servers have spoken')
  local encodings = {}
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = buffer })) do
    encodings[client.name] = client.offset_encoding
  end
  assert(encodings.initls == 'utf-8' and encodings.second == 'utf-16', vim.inspect(encodings))
  for source, diagnostic in pairs(found) do
    local line = vim.api.nvim_buf_get_lines(buffer, diagnostic.lnum, diagnostic.lnum + 1, false)[1]
    local marked = line:sub(diagnostic.col + 1, diagnostic.end_col)
    assert(marked == scenario.mark, source .. ' marks "' .. marked .. '"')
  end
  done('beside a server that counts in UTF-16, both mark the same text')
  vim.api.nvim_win_set_cursor(0, { found.initls.lnum + 1, found.initls.col })
  vim.lsp.buf.code_action({
    apply = true,
    context = { only = { 'quickfix' }, diagnostics = vim.lsp.diagnostic.from({ found.initls }) },
    filter = function(action)
      return action.isPreferred == true
    end,
  })
  until_(function()
    for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
      if diagnostic.source == 'initls' then
        return false
      end
    end
    return true
  end, 'the finding beside another server is gone')
  local now = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  assert(select(2, now:gsub('if "😀😀": self%._initialize_weights%(%)', '')) == 1, 'the moved line is whole')
  done('and the repair lands where it belongs')
end

local function check()
  local path = assert(vim.env.E2E_FILE)
  local expected = read(vim.env.E2E_EXPECTED)
  local scenario = vim.json.decode(read(vim.env.E2E_SCENARIO))

  vim.lsp.enable('initls')
  vim.cmd('filetype plugin on')
  vim.cmd.edit(path)
  local buffer = vim.api.nvim_get_current_buf()
  local function text()
    return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') .. '\n'
  end

  local client
  until_(function()
    client = vim.lsp.get_clients({ bufnr = buffer, name = 'initls' })[1]
    return client ~= nil and client.initialized
  end, 'the server is attached')
  done(('%s attached with root %s'):format(client.name, client.root_dir))

  assert(vim.api.nvim_buf_get_commands(buffer, {}).LspInitlsReport, 'the command for the report is there')

  until_(function()
    return #vim.diagnostic.get(buffer) > 0
  end, 'the finding is shown')
  local diagnostics = vim.diagnostic.get(buffer)
  assert(#diagnostics == 1, 'one diagnostic was expected: ' .. vim.inspect(diagnostics))
  local diagnostic = diagnostics[1]
  local line = vim.api.nvim_buf_get_lines(buffer, diagnostic.lnum, diagnostic.lnum + 1, false)[1]
  local marked = line:sub(diagnostic.col + 1, diagnostic.end_col)
  done(('%s marks "%s": %s'):format(diagnostic.code, marked, diagnostic.message))
  assert(diagnostic.code == scenario.code, 'the code is not ' .. scenario.code)
  assert(marked == scenario.mark, 'the mark is not ' .. scenario.mark)

  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  local taken
  vim.lsp.buf.code_action({
    apply = true, -- without a question, when the filter leaves one action
    context = { only = { 'quickfix' }, diagnostics = vim.lsp.diagnostic.from({ diagnostic }) },
    filter = function(action)
      if action.isPreferred then
        taken = action.title
      end
      return action.isPreferred == true
    end,
  })
  vim.wait(PATIENCE, function()
    return text() == expected
  end, 20)
  assert(text() == expected, 'the repaired text is shown: it differs by\n' .. vim.text.diff(expected, text()))
  done(('"%s" was taken, and the buffer holds the repaired text'):format(taken))
  assert(vim.startswith(taken, scenario.fix), 'the preferred fix is not "' .. scenario.fix .. '..."')

  until_(function()
    return #vim.diagnostic.get(buffer) == 0
  end, 'the diagnostic is gone')
  done('the diagnostic is gone')

  vim.cmd.write()
  assert(read(path) == expected, 'the file on disk is not the repaired text')
  done('written, and the file on disk is the repaired text')

  if (vim.env.E2E_CONTROL or '') == '' then
    beside_another(path, scenario)
  end

  client:stop()
  until_(function()
    return client:is_stopped()
  end, 'the server has stopped')
  done('the server has stopped')
end

local ok, problem = xpcall(check, debug.traceback)
if not ok then
  io.stdout:write('  FAIL  ' .. problem .. '\n')
end
vim.cmd(ok and 'qall!' or 'cquit 1')
