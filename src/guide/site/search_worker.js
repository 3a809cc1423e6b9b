// The search's worker, in front of the theme's own, which is the engine. The engine finds what begins with
// the words that are typed; here each word loses its ending first, so that every form of it finds every other.
// Engine and index are fetched with the first words, not with the page. LANGUAGE is put before this by the build.
{
  const VOWEL = /[aeiouyæøå]/
  // The longest first. A last s is gone by then.
  const ENDINGS = {
    nb: ["erne", "ende", "ene", "ane", "ede", "te", "en", "et", "er", "ar", "a", "e", "t"],
    en: ["ing", "ied", "ie", "ed", "y", "e"],
  }
  // What is left must be long enough to mean something.
  const LEAST = { t: 4, te: 4 }

  const norwegian = stem => {
    // nøkkel(en)
    if (/(.)\1el$/.test(stem)) stem = stem.slice(0, -2)
    // klustr(ene) – kluster, nøkl(er) – nøkkel: the e of the base form is gone.
    if (/[^aeiouyæøå][rl]$/.test(stem) && !/(.)\1$/.test(stem) && stem.length > 3) stem = stem.slice(0, -1)
    return undouble(stem)
  }
  // rom – romm(et), stop – stopp(ing)
  const undouble = stem => (/([^aeiouyæøå])\1$/.test(stem) && stem.length > 3 ? stem.slice(0, -1) : stem)

  const stem = word => {
    const bare = /[^s]s$/.test(word) ? word.slice(0, -1) : word
    for (const ending of ENDINGS[LANGUAGE]) {
      const rest = bare.slice(0, -ending.length)
      if (bare.endsWith(ending) && rest.length >= (LEAST[ending] ?? 3) && VOWEL.test(rest))
        return LANGUAGE === "nb" ? norwegian(rest) : undouble(rest)
    }
    return LANGUAGE === "nb" ? norwegian(bare) : bare
  }

  // Words in quotation marks, with signs of the search's own or with digits are meant as they stand.
  const widen = query =>
    query.includes('"')
      ? query
      : query.replace(/(^|\s)(\p{L}{4,})(?=\s|$)/gu, (_, space, word) => space + stem(word.toLowerCase()))

  // A message that is pasted as it is has no signs of the search's own: its quotation marks and dashes are a program's.
  // Only the search's fields end in a colon.
  const read = query => {
    const pasted = query.trim().split(/\s+/).length > 3
    const bare = pasted ? query.replace(/["*^~]|(?<=^|\s)[+-]+/g, " ") : query
    return bare.replace(/\b(title|text|tags):(?=\S)|:/g, (colon, field) => (field ? colon : " "))
  }

  // The engine merges those nodes of its tree of words that have one key. Its own key is letters and numbers with nothing
  // between them, so that two nodes of words with digits may share one; a query that comes past such a node fails.
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
  let engine, ready, settings

  // What the engine calls: it waits for messages, which it gets from here, and all that it would load is in its file.
  self.addEventListener = (type, listener) => {
    engine = listener
  }
  self.importScripts = () => {}
  self.postMessage = message => message.type === READY || post(message)

  const start = async () => {
    if (!engine) {
      load("engine.js")
      separate(self.lunr.TokenSet)
    }
    const { config, docs, options } = settings
    const full = docs.length ? { config, docs } : await (await fetch("index.json")).json()
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
      await engine({ data: { type, data: widen(read(data)) } })
    }
  }

  // One after the other, as they came.
  let last = Promise.resolve()
  listen("message", ({ data }) => {
    last = last.catch(() => {}).then(() => answer(data))
  })
}
