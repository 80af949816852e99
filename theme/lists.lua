--[[
Fills `::: {.contents}`, `::: {.list-of-figures}` and `::: {.list-of-tables}`, for Quarto and for
pandoc.

In Typst with its own outline, which knows the pages; in HTML with links in the order of the
document. Runs before cross-references are resolved, so floats are still plain divs.
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

function Pandoc(document)
  return document:walk({
    Div = function(div)
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
