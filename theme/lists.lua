--[[
What Quarto and pandoc alike leave to a filter: `::: {.contents}`, `::: {.list-of-figures}`,
`::: {.list-of-tables}`, `::: {.notice}` and the marks behind guarded sentences.

Lists are Typst's own outlines, which know the pages; in HTML they are links in the order of the
document. Runs while floats are still plain divs: in Quarto at its entry point pre-ast.
]]

local LISTS = {
  ["list-of-figures"] = { prefix = "fig", word = "Figuur" },
  ["list-of-tables"] = { prefix = "tbl", word = "Tabel" },
}

local function entries(document, list)
  local items, number = pandoc.List({}), 0
  document:walk({
    traverse = "topdown",
    Div = function(div)
      if not div.identifier:match("^" .. list.prefix .. "%-") then return nil end
      number = number + 1
      local last = div.content[#div.content]
      local caption = last and last.t == "Para" and last.content or pandoc.Inlines({})
      caption = caption:walk({ Note = function() return {} end })
      local entry = pandoc.Inlines({
        pandoc.Link(list.word .. "\u{a0}" .. number, "#" .. div.identifier), pandoc.Space(),
      })
      entry:extend(caption)
      items:insert({ pandoc.Plain(entry) })
      return nil
    end,
  })
  return items
end

-- Guards are invisible; the reviewers' edition (metadata `review`) marks those that fail
-- and those that hold in the sample only.
local function mark(span, review)
  if span.classes:includes("claim-holds") or span.classes:includes("nothing") then return {} end
  local unshown = span.classes:includes("claim-estimates-only")
  if not unshown and not span.classes:includes("claim-fails") then return nil end
  if not review then return {} end
  local said = unshown and "niet significant" or "klopt niet meer"
  if FORMAT:match("typst") then return pandoc.RawInline("typst", "#claim-mark[" .. said .. "]") end
  return pandoc.Span(said, { class = "claim-mark" })
end

function Pandoc(document)
  local review = document.meta.review
  return document:walk({
    Span = function(span) return mark(span, review) end,
    Div = function(div)
      if div.classes:includes("notice") and FORMAT:match("typst") then
        local content = pandoc.Blocks({ pandoc.RawBlock("typst", "#notice-box[") })
        content:extend(div.content)
        content:insert(pandoc.RawBlock("typst", "]"))
        return content
      end
      -- a condition is no container: headings may stand in it
      if div.classes:includes("asked") then return div.content end
      if div.classes:includes("contents") then
        -- the page has its contents at the side
        if not FORMAT:match("typst") then return {} end
        -- unwrapped: its heading starts a page, which Typst allows in no container
        div.content:insert(pandoc.RawBlock("typst", "#outline(title: none, depth: 3)"))
        return div.content
      end
      for class, list in pairs(LISTS) do
        if div.classes:includes(class) then
          if FORMAT:match("typst") then
            div.content = { pandoc.RawBlock("typst", string.format(
              '#outline(title: none, target: figure.where(kind: "quarto-float-%s"))', list.prefix)) }
          else
            div.content = { pandoc.BulletList(entries(document, list)) }
          end
          return div
        end
      end
    end,
  })
end
