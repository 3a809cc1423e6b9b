// The search's worker, in front of the theme's own, which is the engine. How a query is read, and in what order its
// hits come, is in search_words.js. Engine, words and index are fetched with the first words, not with the page.
// LANGUAGE is put before this by the build.
{
  // The engine merges those nodes of its tree of words that have one key. Its own key is letters and numbers with
  // nothing between them, so that two nodes of words with digits may share one. A query past such a node fails.
  const separate = TokenSet => {
    TokenSet.prototype.toString = function () {
      if (this._str) return this._str
      const edges = Object.keys(this.edges).sort().map(letter => letter + this.edges[letter].id)
      return [this.final ? 1 : 0, ...edges].join(" ")
    }
  }

  const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3
  const listen = self.addEventListener.bind(self)
  const post = self.postMessage.bind(self)
  const load = self.importScripts?.bind(self)
  let engine, words, ready, settings

  // What the engine calls: it waits for messages, which it gets from here, and all that it would load is in its file.
  self.addEventListener = (type, listener) => {
    engine = listener
  }
  self.importScripts = () => {}
  self.postMessage = ({ type, data }) => {
    if (type === RESULT) post({ type, data: { ...data, items: words.order(data.items) } })
  }

  const start = async () => {
    // From a disk, the engine stands below this in the same script.
    if (!engine) load("engine.js")
    const { config, docs, options } = settings
    const full = docs.length ? { config, docs } : await (await fetch("index.json")).json()
    separate(self.lunr.TokenSet)
    words = self.wordsOf(LANGUAGE, self.lunr, full)
    await engine({ data: { type: SETUP, data: { ...full, options } } })
  }

  const answer = async ({ type, data }) => {
    if (type === SETUP) {
      settings = data
      post({ type: READY })
    } else if (type === QUERY && !data.trim()) {
      post({ type: RESULT, data: { items: [] } })
    } else if (type === QUERY) {
      // A line that was down may be up again for the next words.
      ready ??= start().catch(error => {
        ready = undefined
        throw error
      })
      await ready
      await engine({ data: { type, data: words.read(data) } })
    }
  }

  // One after the other, as they came.
  let last = Promise.resolve()
  listen("message", ({ data }) => {
    last = last.catch(() => {}).then(() => answer(data))
  })
}
