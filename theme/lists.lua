--[[
Captions, and the lists made of them: `::: {.list-of-figures}` and `::: {.list-of-tables}`.

A caption is "Title. Note.": its title ends at the first full stop before a blank and no small
letter; a caption without one is a title. The lists name the titles only: in Typst its own
outlines, which know the pages, in HTML links in the order of the document. Runs while floats are
still plain divs: in Quarto at its entry point pre-ast.
]]

local LISTS = {
  ["list-of-figures"] = { prefix = "fig", word = "Figuur" },
  ["list-of-tables"] = { prefix = "tbl", word = "Tabel" },
}
local IN_TYPST = FORMAT:match("typst") ~= nil

local function in_typst(open, content)
  local inlines = pandoc.Inlines({ pandoc.RawInline("typst", open .. "[") })
  inlines:extend(content)
  inlines:insert(pandoc.RawInline("typst", "]"))
  return inlines
end

local function is_float(div)
  return div.identifier:match("^fig%-") or div.identifier:match("^tbl%-")
end

-- The title of a caption without its full stop, the note (empty where there is none), and the
-- footnotes of the title.
local function parts_of(caption)
  local title, note, footnotes = pandoc.Inlines({}), pandoc.Inlines({}), pandoc.Inlines({})
  local ended = false
  for place, inline in ipairs(caption) do
    local last, after = title[#title], caption[place + 1]
    local blank = inline.t == "Space" or inline.t == "SoftBreak"
    if ended then
      note:insert(inline)
    elseif inline.t == "Note" then
      footnotes:insert(inline)
    elseif blank and last and last.t == "Str" and last.text:match("%.$")
      and not (after and after.t == "Str" and after.text:match("^%l")) then
      ended = true
    else
      title:insert(inline)
    end
  end
  local last = title[#title]
  if last and last.t == "Str" then last.text = last.text:gsub("%.$", "") end
  return title, note, footnotes
end

local function caption_of(div)
  local last = div.content[#div.content]
  return last and last.t == "Para" and last.content:clone() or pandoc.Inlines({})
end

-- Title and note apart; Typst's outlines show the former only (typst-template.typ).
local function marked(caption)
  local title, note, footnotes = parts_of(caption)
  if IN_TYPST then
    local parts = in_typst("#caption-title", title)
    if #footnotes > 0 then parts:extend(in_typst("#caption-footnotes", footnotes)) end
    if #note > 0 then parts:extend(in_typst("#caption-note", note)) end
    return parts
  end
  title:insert(pandoc.Str("."))
  local parts = pandoc.Inlines({ pandoc.Span(title, { class = "caption-title" }) })
  parts:extend(footnotes)
  if #note > 0 then
    parts:insert(pandoc.Space())
    parts:insert(pandoc.Span(note, { class = "caption-note" }))
  end
  return parts
end

local function entries(document, list)
  local items, number = pandoc.List({}), 0
  document:walk({
    traverse = "topdown",
    Div = function(div)
      if not div.identifier:match("^" .. list.prefix .. "%-") then return nil end
      number = number + 1
      local title = parts_of(caption_of(div))
      local entry = pandoc.Inlines({ pandoc.Str(list.word .. "\u{a0}" .. number), pandoc.Space() })
      entry:extend(title)
      items:insert({ pandoc.Plain({ pandoc.Link(entry, "#" .. div.identifier) }) })
      return nil
    end,
  })
  return items
end

local function arranged(div, document)
  if is_float(div) then
    local caption = caption_of(div)
    if #caption > 0 then div.content[#div.content] = pandoc.Para(marked(caption)) end
    return div
  end
  for class, list in pairs(LISTS) do
    if div.classes:includes(class) then
      if IN_TYPST then
        div.content = { pandoc.RawBlock("typst", string.format(
          '#outline(title: none, target: figure.where(kind: "quarto-float-%s"))', list.prefix)) }
      else
        div.content = { pandoc.BulletList(entries(document, list)) }
      end
      return div
    end
  end
end

function Pandoc(document)
  return document:walk({ Div = function(div) return arranged(div, document) end })
end
