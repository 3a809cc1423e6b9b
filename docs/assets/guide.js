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

  // On a narrow screen the menu and the search are behind two labels, which the theme gives to the pointer alone.
  const drawer = document.getElementById("__drawer")
  for (const label of document.querySelectorAll(".md-header__button:is([for=__drawer], [for=__search])")) {
    const opens = label.htmlFor === "__search" ? ".md-search__input" : ".md-nav--primary"
    const button = document.createElement("span")
    Object.assign(button, { ariaLabel: document.querySelector(opens)?.ariaLabel, role: "button", tabIndex: 0 })
    button.style.display = "block"
    button.append(...label.childNodes)
    button.addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return
      event.preventDefault()
      label.click()
    })
    label.append(button)
  }
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !drawer?.checked) return
    drawer.click()
    document.querySelector("[for=__drawer] > [role=button]").focus()
  })

  // The theme adds a <nav> around each copy button. It navigates nowhere, and so many landmarks of one
  // name drown the real ones.
  const quiet = nav => nav.setAttribute("role", "presentation")

  // It wraps tables, too. One that is wider than the screen scrolls, as a row of tabs does and a block of code, so the
  // keyboard has to reach it. Code that is far from the screen is not laid out: the number of its columns tells.
  const article = document.querySelector("article")
  const column = () => {
    const { fontFamily, fontSize, paddingLeft } = getComputedStyle(article.querySelector(".guide-block code"))
    const measure = document.createElement("canvas").getContext("2d")
    measure.font = `${fontSize} ${fontFamily}`
    return { width: measure.measureText("0").width, padding: 2 * parseFloat(paddingLeft) }
  }
  let sign
  const isWide = ({ target, contentRect }) => {
    if (!target.dataset.columns) return target.scrollWidth > target.clientWidth
    if (target.matches(".guide-wraps-wide") && matchMedia("(min-width: 45em)").matches) return false
    sign ??= column()
    return target.dataset.columns * sign.width + sign.padding > contentRect.width
  }
  const reach = new ResizeObserver(entries => {
    // All are measured before the first is changed: a change makes the next measure lay out the page anew.
    const wide = entries.map(isWide)
    entries.forEach(({ target }, index) => {
      const scrolls = target.dataset.columns ? target.querySelector("code") : target
      if (wide[index]) scrolls.tabIndex = 0
      else scrolls.removeAttribute("tabindex")
    })
  })
  for (const block of article.querySelectorAll("[data-columns]")) reach.observe(block)

  const fix = node => {
    if (node.matches?.("nav.md-code__nav")) quiet(node)
    else if (node.matches?.(".md-typeset__scrollwrap, .tabbed-labels")) reach.observe(node)
  }
  article.querySelectorAll("nav.md-code__nav, .md-typeset__scrollwrap, .tabbed-labels").forEach(fix)
  // Both come late: as a block is scrolled into view, as the theme gets to a table.
  new MutationObserver(records => {
    for (const { addedNodes } of records) addedNodes.forEach(fix)
  }).observe(article, { childList: true, subtree: true })
}
