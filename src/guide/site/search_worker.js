// Stands before the theme's own search worker in one file. The theme finds what begins with the words that
// are typed; here each word loses its ending first, so that every form of it finds every other.
// LANGUAGE is put before this by the build.
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

  const QUERY = 2
  const listen = self.addEventListener.bind(self)
  self.addEventListener = (type, listener) =>
    listen(type, ({ data }) => listener({ data: data.type === QUERY ? { ...data, data: widen(data.data) } : data }))
  // All that the theme would load stands in this file.
  self.importScripts = () => {}
}
