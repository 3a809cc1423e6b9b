// How the search reads what is typed, and in what order it answers. The build puts this after the engine, which finds
// whatever begins with one of the words that it is given; here it is decided which words those are.
{
  const VOWEL = /[aeiouyæøå]/
  // The longest first. A last s is gone by then.
  const ENDINGS = {
    nb: ["ingene", "ingen", "inger", "ing", "erne", "ende", "ene", "ane", "ede", "te", "en", "et", "er", "ar", "a", "e", "t"],
    en: ["ing", "ied", "ie", "ed", "y", "e"],
  }
  // What is left must be long enough to mean something.
  const LEAST = { t: 4, te: 4, ing: 4, ingen: 4, ingene: 4, inger: 4 }
  // No misspelling is looked for in a message that is pasted, and no more of it is read than tells it from others.
  const SHORT = 8, LONG = 60, LETTERS = 40

  const norwegian = stem => {
    // nøkkel(en)
    if (/(.)\1el$/.test(stem)) stem = stem.slice(0, -2)
    // klustr(ene) – kluster, nøkl(er) – nøkkel: the e of the base form is gone.
    if (/[^aeiouyæøå][rl]$/.test(stem) && !/(.)\1$/.test(stem) && stem.length > 3) stem = stem.slice(0, -1)
    return undouble(stem)
  }
  // rom – romm(et), stop – stopp(ing)
  const undouble = stem => (/([^aeiouyæøå])\1$/.test(stem) && stem.length > 3 ? stem.slice(0, -1) : stem)

  const stemOf = language => word => {
    if (!/^\p{L}{4,}$/u.test(word)) return word
    const bare = /[^s]s$/.test(word) ? word.slice(0, -1) : word
    for (const ending of ENDINGS[language]) {
      const rest = bare.slice(0, -ending.length)
      if (bare.endsWith(ending) && rest.length >= (LEAST[ending] ?? 3) && VOWEL.test(rest))
        return language === "nb" ? norwegian(rest) : undouble(rest)
    }
    return language === "nb" ? norwegian(bare) : bare
  }

  // Letters that a foreign keyboard lacks, in each way that they are written without it: nøkkel, noekkel, nokkel.
  const plain = word =>
    word.replace(/æ|ae/g, "a").replace(/ø|oe/g, "o").replace(/å|aa/g, "a").normalize("NFD").replace(/\p{M}/gu, "")

  // How many letters are wrong, left out, too many or have changed places; more than most is as good as any number.
  const apart = (one, other, most) => {
    if (Math.abs(one.length - other.length) > most) return most + 1
    let before, row = Array.from({ length: other.length + 1 }, (_, at) => at)
    for (let i = 1; i <= one.length; i++) {
      const next = [i]
      for (let j = 1; j <= other.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1))
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
          next[j] = Math.min(next[j], before[j - 2] + 1)
      }
      if (Math.min(...next) > most) return most + 1
      ;[before, row] = [row, next]
    }
    return row[other.length]
  }

  // The words of the index, and what a word that is not among them may have been meant to be.
  const vocabulary = (terms, stem) => {
    const sorted = terms.sort(), all = new Set(sorted)
    const words = sorted.filter(term => /^\p{L}[\p{L}\p{N}]{3,}$/u.test(term))
    const stems = words.map(term => [stem(term), plain(term), term]), whole = new Set(stems.map(([term]) => term))
    const known = start => {
      let low = 0, high = sorted.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (sorted[middle] < start) low = middle + 1
        else high = middle
      }
      return low < sorted.length && sorted[low].startsWith(start)
    }

    const respelt = word => {
      const start = plain(stem(word))
      return start.length < 3 ? [] : stems.filter(([, term]) => term.startsWith(start)).map(([term]) => term)
    }
    // adminpassord: admin, passord.
    const parts = word => {
      for (let at = word.length - 3; at > 2; at--) {
        const [first, second] = [word.slice(0, at), stem(word.slice(at))]
        const joint = [first, first.replace(/[se]$/, "")].find(part => part.length > 2 && all.has(part))
        if (joint && second.length > 2 && known(second)) return [joint, second]
      }
      return []
    }
    const near = word => {
      const wanted = stem(word)
      if (wanted.length < 4) return []
      for (const most of word.length > 7 ? [1, 2] : [1]) {
        const found = stems.flatMap(([start, , term]) => {
          const far = term[0] === word[0] ? Math.min(apart(wanted, start, most), apart(word, term, most)) : LETTERS
          return far > most ? [] : [{ start, far: apart(word, term, LETTERS) }]
        })
        const least = Math.min(...found.map(({ far }) => far))
        if (found.length) return found.filter(({ far }) => far === least).map(({ start }) => start)
      }
      return []
    }
    const inside = word => {
      const wanted = stem(word)
      return wanted.length < 5 ? [] : sorted.filter(term => term.includes(wanted)).slice(0, 9)
    }

    // Each meaning is a list of beginnings, any of which will do.
    const meant = word => {
      if (known(word) || whole.has(stem(word))) return [[stem(word)]]
      if (word.length > LETTERS) return []
      const again = respelt(word)
      if (again.length) return [again]
      const two = parts(word)
      if (two.length) return two.map(part => [part])
      const found = [inside(word), near(word), known(stem(word)) ? [stem(word)] : []]
      return found.filter(each => each.length).slice(0, 1)
    }
    return { known, meant }
  }

  // What a reader marks for the engine: +must, -mustnot, title:word, near~1, weighty^2, *part*.
  const MARKED = /^(?:\+?(?:(?:title|text|tags):)?\*?[\p{L}\p{N}._]+\*?(?:~\d|\^\d{1,2})?|-\p{L}{4,})$/u
  const PLAIN = /^[\p{L}\p{N}._]+$/u

  self.wordsOf = (language, lunr, { config, docs }) => {
    const stem = stemOf(language)
    const separator = new RegExp(config.separator)
    const split = text => text.toLowerCase().split(separator).filter(word => /[\p{L}\p{N}\p{S}]/u.test(word))
    // A word that the index leaves out finds what only begins with it.
    const stops = [lunr.stopWordFilter, lunr.no?.stopWordFilter].filter(Boolean)
    const empty = word => /^\p{L}$/u.test(word) || stops.some(stop => !stop(new lunr.Token(word)))
    const places = new Map(docs.map(entry => [entry.location, entry]))
    const titleOf = location => split((places.get(location)?.title ?? "").replace(/<[^>]+>/g, " "))
    const titles = new Map(docs.map(({ location }) => [location, titleOf(location)]))
    // Argo CD: argocd.
    const joined = ({ starts, word }, title) =>
      title.some((second, at) => at && [word, ...starts].includes(title[at - 1] + second))
    // One form may lose more than another: sertifika(t), sertifikat(er); klust(er), kluster(et).
    const alike = (one, other) => {
      const [short, long] = [stem(one), stem(other)].sort((a, b) => a.length - b.length)
      return long.startsWith(short) && long.length - short.length < (short.length > 3 ? 3 : 1)
    }
    // Each section's words in their order, a space before and after each.
    const wordsIn = ({ location, text }) => [...titles.get(location), ...split(text.replace(/<[^>]+>/g, " "))]
    const bodies = new Map(docs.map(entry => [entry.location, ` ${wordsIn(entry).join(" ")} `]))
    const usual = docs.reduce((sum, { location }) => sum + bodies.get(location).length, 0) / docs.length
    let spelling, index, meanings = [], pairs = [], scores = new Map()

    // The engine keeps its index to itself.
    const build = lunr.Builder.prototype.build
    lunr.Builder.prototype.build = function () {
      index = build.call(this)
      spelling = vocabulary(Object.keys(index.invertedIndex), stem)
      const search = index.search.bind(index)
      index.search = query => {
        const found = search(query)
        if (meanings.length) weigh(found)
        return found
      }
      return index
    }

    const read = query => {
      meanings = []
      scores = new Map()
      const typed = query.trim().split(/\s+/)
      if (typed.length <= 3) {
        const quoted = query.match(/^\s*"([^"]+)"\s*$/)
        if (quoted) {
          const all = split(quoted[1]), full = all.filter(word => !empty(word))
          return (full.length ? full : all).map(word => `+${word}`).join(" ")
        }
        if (typed.every(word => MARKED.test(word)) && !typed.every(word => PLAIN.test(word)) && !/^-/.test(typed[0]))
          return typed.join(" ")
      }
      const all = split(query)
      const full = all.filter(word => !empty(word))
      const wanted = [...new Set(full.length ? full : all)].slice(0, LONG)
      const short = wanted.length <= SHORT
      pairs = all.slice(1, LONG).map((word, at) => ` ${all[at]} ${word} `)
      for (const word of wanted) {
        const meant = short ? spelling.meant(word) : spelling.known(stem(word)) ? [[stem(word)]] : []
        const other = self.otherWords[word]
        if (other) meanings.push({ word, starts: new Set([stem(word), ...split(other).map(stem)]) })
        else for (const starts of meant.length ? meant : [[word]]) meanings.push({ word, starts: new Set(starts) })
      }
      if (short) join(all)
      return [...new Set(meanings.flatMap(({ starts }) => [...starts]))].join(" ")
    }

    // network policy: networkpolicy.
    const join = all => {
      for (let from = 0; from < all.length; from++)
        for (const to of [from + 2, from + 3]) {
          const words = all.slice(from, to), one = words.join("")
          if (to > all.length || one.length < 6 || !spelling.known(stem(one))) continue
          for (const { word, starts } of meanings) if (words.includes(word)) starts.add(stem(one))
        }
    }

    // A hit is worth what it has of the words: the rare ones more than the common, in its title or its page's more than
    // in its text, and beside each other, as they were typed, more than apart.
    const weigh = found => {
      const has = ({ starts }, term) => [...starts].some(start => term.startsWith(start))
      const told = found.map(({ ref, matchData: { metadata } }) => ({
        ref,
        each: meanings.map(meaning => Object.entries(metadata).filter(([term]) => has(meaning, term))),
      }))
      const rare = meanings.map((_, at) => {
        const often = told.filter(({ each }) => each[at].length).length
        return often ? Math.log(1 + docs.length / often) : 0
      })
      const sum = rare.reduce((one, other) => one + other, 0) || 1

      const worth = (meaning, each, ref) => {
        const page = ref.split("#")[0], title = titles.get(ref), chapter = titles.get(page), body = bodies.get(ref)
        const full = title.filter(word => !empty(word))
        const said = full.filter(word => meanings.some(other => has(other, word))).length
        const heading = 1 + (0.2 * said) / (full.length || 1) + (ref === page ? 0.05 : 0)
        const { word, starts } = meaning
        const meant = [word, ...starts]
        const close = term => (meant.includes(term) ? 1 : meant.some(each => alike(term, each)) ? 0.95 : 0.5)
        const own = each.map(([term, fields]) => {
          const often = fields.text?.position.length ?? 0
          const text = 0.35 + (0.2 * often) / (often + 1 + body.length / usual / 2)
          return close(term) * (fields.title ? heading : text)
        })
        const above = chapter.filter(term => has(meaning, term)).map(term => 0.6 * close(term))
        return Math.max(
          joined(meaning, title) ? heading : 0, joined(meaning, chapter) ? 0.6 : 0, ...own, ...above,
        )
      }

      for (const { ref, each } of told) {
        const all = meanings.reduce((total, meaning, at) => total + rare[at] * worth(meaning, each[at], ref), 0)
        const beside = pairs.filter(pair => bodies.get(ref).includes(pair)).length / (pairs.length || 1)
        scores.set(ref, { score: (all / sum) * (1 + 0.3 * beside) * (places.get(ref).boost ?? 1), each })
      }
    }

    const best = page => Math.max(...page.map(({ location }) => scores.get(location)?.score ?? 0))
    const order = items => {
      if (!meanings.length) return items
      const pages = items.map(page =>
        page
          .map(hit => ({ ...hit, score: scores.get(hit.location)?.score ?? 0, terms: terms(hit.location) }))
          .sort((one, other) => other.score - one.score),
      )
      return pages.sort((one, other) => best(other) - best(one))
    }

    // The theme tells the reader which words a hit lacks, and marks those that it has on the page.
    const terms = location => {
      const each = scores.get(location)?.each
      if (!each) return {}
      return Object.fromEntries(
        meanings.flatMap(({ word, starts }, at) => {
          const there = [...starts].filter(start => each[at].some(([term]) => term.startsWith(start)))
          return there.length ? there.map(start => [start, true]) : [[word, false]]
        }),
      )
    }

    return { read, order }
  }
}
