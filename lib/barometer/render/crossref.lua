--[[
Cross-references as Quarto makes them, for pandoc alone.

`::: {#fig-x}` and `::: {#tbl-x}` become numbered floats whose caption is their last paragraph;
`@fig-x`, `@tbl-x` and `@sec-x` become links. Numbers run through the document, in its order.
]]

local KINDS = {
  fig = { word = "Figuur", position = "bottom" },
  tbl = { word = "Tabel", position = "top" },
}
local targets = {}

local function kind_of(id)
  return KINDS[id:match("^(%l+)%-")] and id:match("^(%l+)%-")
end

-- The last paragraph of a float; it stands alone or closes the last cell.
local function split_caption(div)
  local content = div.content:clone()
  local last = content[#content]
  if not last or last.t ~= "Para" then
    error("float #" .. div.identifier .. ": expected a caption as its last paragraph")
  end
  content:remove(#content)
  return content, last.content
end

local function raw(format, text)
  return pandoc.RawBlock(format, text)
end

local function html_float(id, kind, content, caption)
  local blocks = pandoc.Blocks({})
  local label = pandoc.Plain(caption)
  local open = raw("html", string.format('<figure id="%s" class="float float-%s">', id, kind))
  blocks:insert(open)
  if kind == "fig" then blocks:extend(content) end
  blocks:insert(raw("html", "<figcaption>"))
  blocks:insert(label)
  blocks:insert(raw("html", "</figcaption>"))
  if kind == "tbl" then blocks:extend(content) end
  blocks:insert(raw("html", "</figure>"))
  return blocks
end

local function typst_float(id, kind, content, caption)
  local blocks = pandoc.Blocks({ raw("typst", "#figure([") })
  blocks:extend(content)
  blocks:insert(raw("typst", string.format("], caption: figure.caption(position: %s, [",
    KINDS[kind].position)))
  blocks:insert(pandoc.Plain(caption))
  blocks:insert(raw("typst", string.format(
    ']), kind: "quarto-float-%s", supplement: "%s") <%s>', kind, KINDS[kind].word, id)))
  return blocks
end

local function number_everything(document)
  local counts, sections = { fig = 0, tbl = 0 }, {}
  document:walk({
    traverse = "topdown",
    Div = function(div)
      local kind = kind_of(div.identifier)
      if kind then
        counts[kind] = counts[kind] + 1
        targets[div.identifier] = { word = KINDS[kind].word, number = tostring(counts[kind]) }
      end
    end,
    Header = function(header)
      if header.classes:includes("unnumbered") then return end
      for level = header.level + 1, #sections do sections[level] = nil end
      sections[header.level] = (sections[header.level] or 0) + 1
      local number = {}
      for level = 1, header.level do number[level] = tostring(sections[level] or 0) end
      targets[header.identifier] = { word = "Paragraaf", number = table.concat(number, ".") }
    end,
  })
end

local function make_floats(document)
  return document:walk({
    Div = function(div)
      local kind = kind_of(div.identifier)
      if not kind then return nil end
      local content, caption = split_caption(div)
      if FORMAT:match("typst") then
        return typst_float(div.identifier, kind, content, caption)
      end
      -- Typst numbers and names its figures itself
      local target = targets[div.identifier]
      local label = pandoc.Inlines({
        pandoc.Span(target.word .. "\u{a0}" .. target.number .. ":", { class = "label" }),
        pandoc.Space(),
      })
      label:extend(caption)
      return html_float(div.identifier, kind, content, label)
    end,
  })
end

local function link_references(document)
  return document:walk({
    Cite = function(cite)
      local id = cite.citations[1].id
      local target = targets[id]
      if not target then
        if id:match("^fig%-") or id:match("^tbl%-") or id:match("^sec%-") then
          error("@" .. id .. ": expected the identifier of a figure, table or section")
        end
        return nil
      end
      -- `-@sec-x` is the number alone: the text calls a chapter "hoofdstuk" itself, as in Quarto
      local alone = cite.citations[1].mode == "SuppressAuthor"
      return pandoc.Link((alone and "" or target.word .. "\u{a0}") .. target.number, "#" .. id)
    end,
  })
end

function Pandoc(document)
  number_everything(document)
  return link_references(make_floats(document))
end
