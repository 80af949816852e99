--[[
What Quarto and pandoc alike leave to a filter, but for captions and their lists (lists.lua)
and conditions (conditions.lua):
`::: {.document-title}`, `::: {.contents}`, `::: {.key-figures}`, `::: {.colophon}`,
`::: {.notice}`, `::: {.box}`, passages in another language, the marks behind guarded sentences,
and headings, lists and terms that Typst would tear apart. Runs in Quarto at its entry point
pre-ast.
]]

local BOXES = { notice = "#notice-box[", box = "#text-box[" }
local IN_TYPST = FORMAT:match("typst") ~= nil

local function typst(text) return pandoc.RawBlock("typst", text) end
local function typst_inline(text) return pandoc.RawInline("typst", text) end

local function around(open, content, close)
  local blocks = pandoc.Blocks({ typst(open) })
  blocks:extend(content)
  blocks:insert(typst(close))
  return blocks
end

local function around_inlines(open, content)
  local inlines = pandoc.Inlines({ typst_inline(open .. "[") })
  inlines:extend(content)
  inlines:insert(typst_inline("]"))
  return inlines
end

-- Guards are invisible; the reviewers' edition (metadata `review`) marks those that fail
-- and those that hold in the sample only.
local function mark(span, review)
  if span.classes:includes("claim-holds") or span.classes:includes("nothing") then return {} end
  local unshown = span.classes:includes("claim-estimates-only")
  if not unshown and not span.classes:includes("claim-fails") then return nil end
  if not review then return {} end
  local said = unshown and "niet significant" or "klopt niet meer"
  if IN_TYPST then return typst_inline("#claim-mark[" .. said .. "]") end
  return pandoc.Span(said, { class = "claim-mark" })
end

local function language(attributes)
  local lang, region = attributes.lang:match("^(%l+)%-?(%u*)$")
  return string.format('lang: "%s", region: %s', lang, region == "" and "none" or '"' .. region .. '"')
end

-- The parts of a key figure, and words in another language, as Typst shows them.
local function span_in_typst(span)
  if span.classes[1] == "key-mark" then
    return typst_inline(string.format('#key-mark("%s")', span.classes[2]))
  end
  for _, class in ipairs({ "key-value", "key-margin", "key-definition", "key-change" }) do
    if span.classes:includes(class) then return around_inlines("#" .. class, span.content) end
  end
  if span.attributes.lang then
    return around_inlines("#text(" .. language(span.attributes) .. ")", span.content)
  end
end

-- The cards: a list of which an item without text is none.
local function key_figures(div)
  local cards = pandoc.List({})
  div:walk({
    BulletList = function(list)
      for _, item in ipairs(list.content) do
        if pandoc.utils.stringify(item) ~= "" then cards:insert(item) end
      end
    end,
  })
  if not IN_TYPST then
    div.content = { pandoc.BulletList(cards) }
    return div
  end
  local blocks = pandoc.Blocks({ typst("#key-figures(") })
  for _, card in ipairs(cards) do blocks:extend(around("[", card, "],")) end
  blocks:insert(typst(")"))
  return blocks
end

local function unlisted(blocks)
  return blocks:walk({
    Header = function(header)
      header.classes:insert("unlisted")
      return header
    end,
  })
end

local function arranged(div)
  for class, open in pairs(BOXES) do
    if IN_TYPST and div.classes:includes(class) then return around(open, div.content, "]") end
  end
  if div.classes:includes("key-figures") then return key_figures(div) end
  if div.classes:includes("contents") then
    -- the page has its contents at the side
    if not IN_TYPST then return {} end
    -- unwrapped: its heading starts a page, which Typst allows in no container
    local content = unlisted(div.content)
    content:insert(typst("#outline(title: none, depth: 3)"))
    return content
  end
  if IN_TYPST and div.attributes.lang then
    -- a scope and no block, for the same reason
    return around("#[#set text(" .. language(div.attributes) .. ")", div.content, "]")
  end
end

-- No item of a list is torn apart by the end of a page.
local function whole_items(list)
  list.content = list.content:map(function(item)
    return around("#block(breakable: false)[", item, "]")
  end)
  return list
end

-- A term and its definition in one paragraph, so that no page comes between them.
local function terms(list)
  local blocks = pandoc.Blocks({ typst("#terms(tight: false,") })
  for _, item in ipairs(list.content) do
    blocks:extend(around("terms.item([", { pandoc.Plain(item[1]) }, "], ["))
    for _, definition in ipairs(item[2]) do
      local paragraph = #definition == 1 and pandoc.Plain or pandoc.Para
      for _, block in ipairs(definition) do
        local text = block.t == "Plain" or block.t == "Para"
        blocks:insert(text and paragraph(block.content) or block)
      end
    end
    blocks:insert(typst("]),"))
  end
  blocks:insert(typst(")"))
  return blocks
end

-- The colophon: in a PDF where it stands, on the back of the cover and outside the contents; a
-- page has it at its end.
local function place_colophon(document)
  local moved = pandoc.Blocks({})
  document.blocks = document.blocks:walk({
    Div = function(div)
      if not div.classes:includes("colophon") then return nil end
      if not IN_TYPST then
        moved:extend(div.content)
        return {}
      end
      return around("#colophon[", unlisted(div.content), "]")
    end,
  })
  document.blocks:extend(moved)
  return document
end

-- Quarto before 1.9.18 puts an unnumbered heading in a block, in which it could start no page.
local function unnumbered_in_typst(header)
  if not header.classes:includes("unnumbered") then return nil end
  local listed = header.classes:includes("unlisted") and "outlined: false, " or ""
  local inlines = around_inlines(
    string.format("#heading(level: %d, %snumbering: none)", header.level, listed), header.content)
  if header.identifier ~= "" then
    inlines:insert(typst_inline(" <" .. header.identifier .. ">"))
  end
  return pandoc.Plain(inlines)
end

-- The title of the edition, which has the year: front matter holds no results.
local function take_title(document)
  document.blocks = document.blocks:walk({
    Div = function(div)
      if not div.classes:includes("document-title") then return nil end
      document.meta.title = pandoc.Inlines(pandoc.utils.stringify(div))
      return {}
    end,
  })
  return document
end

function Pandoc(document)
  local review = document.meta.review
  document = document:walk({ Span = function(span) return mark(span, review) end })
  document = place_colophon(take_title(document:walk({ Div = arranged })))
  if not IN_TYPST then return document end
  return document:walk({ Header = unnumbered_in_typst, Span = span_in_typst,
    BulletList = whole_items, DefinitionList = terms })
end
