{
  // The language switcher keeps the place on the page: both languages have the same anchors.
  const switches = document.querySelectorAll(".md-select__link[hreflang]")
  const keepPlace = () => {
    for (const link of switches) link.hash = location.hash
  }
  addEventListener("hashchange", keepPlace)
  keepPlace()

  // The theme adds a <nav> around each copy button. It navigates nowhere, and so many landmarks of one
  // name drown the real ones.
  const quiet = nav => nav.setAttribute("role", "presentation")

  // It wraps tables, too. One that is wider than the screen scrolls, so the keyboard has to reach it.
  const reach = new ResizeObserver(entries => {
    for (const { target } of entries)
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0
      else target.removeAttribute("tabindex")
  })

  const mend = node => {
    if (node.matches?.("nav.md-code__nav")) quiet(node)
    else if (node.matches?.(".md-typeset__scrollwrap")) reach.observe(node)
  }
  const article = document.querySelector("article")
  article.querySelectorAll("nav.md-code__nav, .md-typeset__scrollwrap").forEach(mend)
  // Both come late: as a block is scrolled into view, as the theme gets to a table.
  new MutationObserver(records => {
    for (const { addedNodes } of records) addedNodes.forEach(mend)
  }).observe(article, { childList: true, subtree: true })
}
