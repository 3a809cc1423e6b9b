{
  // How far the reader has come, kept in this browser and nowhere else: pages and steps that are done, by
  // their addresses below the language's folder, so that both languages share them.
  const place = document.querySelector(".guide-progress")
  const config = JSON.parse(document.getElementById("__config").textContent)
  const base = new URL(config.base, location.href)
  const root = base.pathname.replace(/en\/$/, "")
  const key = `guide.done:${root}`

  const load = () => {
    try {
      return new Set(JSON.parse(localStorage.getItem(key) ?? "[]"))
    } catch {
      return new Set() // storage that is refused, or not ours
    }
  }
  const store = () => {
    try {
      if (done.size) localStorage.setItem(key, JSON.stringify([...done]))
      else localStorage.removeItem(key)
    } catch {
      // The marks hold for as long as the page is open.
    }
  }
  let done = load()

  const toggle = name => {
    if (!done.delete(name)) done.add(name)
    store()
    show()
  }

  const addressOf = link => {
    const url = new URL(link.href)
    return url.hash || !url.pathname.startsWith(base.pathname)
      ? undefined
      : url.pathname.slice(base.pathname.length).replace(/index\.html$/, "").replace(/\.html$/, "/")
  }

  const menu = [...document.querySelectorAll(".md-nav--primary .md-nav__link[href]")].map(link => [link, addressOf(link)])
  const steps = []

  if (place) {
    const { page, stepDone } = place.dataset
    for (const block of document.querySelectorAll(".guide-step[id], .guide-manifest[id]")) {
      const button = document.createElement("button")
      button.type = "button"
      button.className = "guide-block__done"
      button.textContent = place.dataset.done
      button.setAttribute("aria-label", stepDone.replace("{id}", block.id))
      button.addEventListener("click", () => toggle(`${page}#${block.id}`))
      block.querySelector(".guide-block__bar").append(button)
      steps.push([block, button, `${page}#${block.id}`])
    }
    place.querySelector(".guide-progress__done")?.addEventListener("click", () => toggle(page))
    place.querySelector(".guide-progress__forget").addEventListener("click", () => {
      done = new Set()
      store()
      show()
    })
  }

  const show = () => {
    for (const [link, address] of menu) link.classList.toggle("guide-is-done", !!address && done.has(address))
    for (const [block, button, name] of steps) {
      block.classList.toggle("guide-is-done", done.has(name))
      button.setAttribute("aria-pressed", done.has(name))
    }
    if (!place) return
    const { page, chapters, soFar, next } = place.dataset
    const all = chapters.split(" ")
    const count = all.filter(name => done.has(name)).length
    const button = place.querySelector(".guide-progress__done")
    button?.setAttribute("aria-pressed", done.has(page))
    const said = place.querySelector(".guide-progress__so-far")
    said.textContent = soFar.replace("{count}", count).replace("{all}", all.length)
    const coming = all.find(name => !done.has(name))
    const link = menu.find(([, address]) => address === coming)?.[0]
    if (link && coming !== page && count) {
      const anchor = document.createElement("a")
      anchor.href = link.href
      anchor.textContent = link.textContent.trim()
      said.append(` ${next} `, anchor)
    }
    place.querySelector(".guide-progress__forget").hidden = !done.size
    // The front page has nothing to say before the first mark.
    place.hidden = !button && !done.size
  }

  // Another tab of the guide may have marked something.
  addEventListener("storage", event => {
    if (event.key !== key) return
    done = load()
    show()
  })
  show()
}
