{
  // The language switcher keeps the place on the page: both languages have the same anchors.
  const switches = document.querySelectorAll(".md-select__link[hreflang]")
  const keepPlace = () => {
    for (const link of switches) link.hash = location.hash
  }
  addEventListener("hashchange", keepPlace)
  keepPlace()

  // The theme adds a <nav> around each copy button as the block comes into view. It navigates nowhere, and
  // so many landmarks of one name drown the real ones.
  const quiet = nav => nav.setAttribute("role", "presentation")
  const article = document.querySelector("article")
  article.querySelectorAll("nav.md-code__nav").forEach(quiet)
  new MutationObserver(records => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node.matches?.("nav.md-code__nav")) quiet(node)
  }).observe(article, { childList: true, subtree: true })
}
