{
  // The language switcher keeps the place on the page: both languages have the same anchors. The place is the
  // one that the address names, while it is in view, else the last one that has passed below the header.
  const inView = element => {
    const { top, bottom } = element.getBoundingClientRect()
    return bottom > 0 && top < innerHeight
  }
  const place = () => {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (named && inView(named)) return location.hash
    const passed = [...document.querySelectorAll("article :is(h2, h3, .guide-block)[id]")].filter(
      element => element.checkVisibility() && element.getBoundingClientRect().top < 120,
    )
    return passed.length ? `#${passed.at(-1).id}` : ""
  }
  for (const link of document.querySelectorAll(".md-select__link[hreflang]"))
    link.addEventListener("click", () => {
      link.hash = place()
    })

  // What a word means shows beside it: above, where there is room below the header, and inside the window. It
  // goes away with Escape, and comes back when the word is left and met again.
  const terms = document.querySelectorAll(".guide-term")
  for (const term of terms) {
    const note = term.querySelector("[role=tooltip]")
    const put = () => {
      const [{ top, left }] = term.getClientRects() // its first line, where it breaks
      const { width, height } = note.getBoundingClientRect()
      note.style.insetInlineStart = `${Math.min(0, document.documentElement.clientWidth - 16 - left - width)}px`
      note.classList.toggle("guide-term__below", top < height + 64)
    }
    const leave = () => term.classList.remove("guide-term--quiet")
    term.addEventListener("pointerenter", put)
    term.addEventListener("focusin", put)
    term.addEventListener("pointerleave", leave)
    term.addEventListener("focusout", leave)
  }
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return
    for (const term of terms)
      if (term.matches(":hover, :focus-within")) term.classList.add("guide-term--quiet")
  })

  // The theme adds a <nav> around each copy button. It navigates nowhere, and so many landmarks of one
  // name drown the real ones.
  const quiet = nav => nav.setAttribute("role", "presentation")

  // It wraps tables, too. One that is wider than the screen scrolls, as a row of tabs does, so the keyboard has to
  // reach it.
  const reach = new ResizeObserver(entries => {
    for (const { target } of entries)
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0
      else target.removeAttribute("tabindex")
  })

  const mend = node => {
    if (node.matches?.("nav.md-code__nav")) quiet(node)
    else if (node.matches?.(".md-typeset__scrollwrap, .tabbed-labels")) reach.observe(node)
  }
  const article = document.querySelector("article")
  article.querySelectorAll("nav.md-code__nav, .md-typeset__scrollwrap, .tabbed-labels").forEach(mend)
  // Both come late: as a block is scrolled into view, as the theme gets to a table.
  new MutationObserver(records => {
    for (const { addedNodes } of records) addedNodes.forEach(mend)
  }).observe(article, { childList: true, subtree: true })
}
