--[[
Conditions in Quarto's own run of report.qmd, which shows the `.asked` blocks of all waves: those
that do not hold for the wave go, the others become what stands in them. Which ones go, and how
many comparisons the text rests on, the last cell says (lib/barometer/render/plain.py). What
`barometer render` typesets has no conditions left. Runs before lists.lua, at pre-ast.
]]

local function take_run(document)
  local run = { left_out = {}, counts = {} }
  document.blocks = document.blocks:walk({
    Div = function(div)
      if not div.classes:includes("quarto-run") then return nil end
      run.counts = div.attributes
      div:walk({ Code = function(code) run.left_out[code.text] = true end })
      return {}
    end,
  })
  return run
end

local function with_paragraphs(item)
  return item:map(function(block) return block.t == "Plain" and pandoc.Para(block.content) or block end)
end

-- Items that stand under conditions of their own are one list, with blank lines between them.
local function joined(blocks)
  local result = pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    local last = result[#result]
    if not last or last.t ~= block.t then
      result:insert(block)
    elseif block.t == "BulletList" then
      local items = last.content .. block.content
      result[#result] = pandoc.BulletList(items:map(with_paragraphs))
    elseif block.t == "DefinitionList" then
      result[#result] = pandoc.DefinitionList(last.content .. block.content)
    else
      result:insert(block)
    end
  end
  return result
end

function Pandoc(document)
  local run = take_run(document)
  return document:walk({
    Blocks = joined,
    Div = function(div)
      if not div.classes:includes("asked") then return nil end
      -- a condition is no container: headings may stand in it
      return run.left_out[div.attributes.of] and {} or div.content
    end,
    Span = function(span)
      for name, count in pairs(run.counts) do
        if span.classes:includes(name) then return pandoc.Str(count) end
      end
    end,
  })
end
