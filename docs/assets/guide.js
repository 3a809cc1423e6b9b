// The language switcher keeps the place on the page: both languages have the same anchors.
const switches = document.querySelectorAll(".md-select__link[hreflang]")
const keepPlace = () => {
  for (const link of switches) link.hash = location.hash
}
addEventListener("hashchange", keepPlace)
keepPlace()
