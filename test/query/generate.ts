import fc from 'fast-check'

/** Random queries over a small vocabulary, as text: so small that most of them find something. */

const word = fc.constantFrom('a', 'b', 'c', 'd', 'ab', 'abc', 'ab*', "a'b", 'é', '日', '日本')
const phrase = fc
  .array(fc.constantFrom('a', 'b', 'c', 'ab*', 'd'), { minLength: 1, maxLength: 3 })
  .map((words) => `"${words.join(' ')}"`)
const filter = fc.constantFrom(
  ...(['track:CC1', '-track:CC1', 'lang:en', 'channel:one', '-lang:es', 'hour:0-11'] as const),
  ...(['(lang:en OR track:CC3)', 'show:"the news"', 'network:net', 'day:sat-sun'] as const),
)

/** `negation`: how much may be taken away; a minus within a minus is refused. */
function expression(depth: number, negation: boolean): fc.Arbitrary<string> {
  const leaf = fc.oneof({ weight: 4, arbitrary: word }, { weight: 1, arbitrary: phrase })
  if (depth === 0) return leaf
  const inner = expression(depth - 1, negation)
  const operand = fc.oneof(
    { weight: 3, arbitrary: leaf },
    inner.map((text) => `(${text})`),
  )
  const positive = expression(depth - 1, false).map((text) => `-(${text})`)
  const minus = fc.oneof(
    leaf.map((text) => `-${text}`),
    positive,
  )
  const beside = fc.oneof(...(negation ? [{ weight: 3, arbitrary: minus }] : []), {
    weight: 1,
    arbitrary: filter,
  })
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.array(operand, { minLength: 1, maxLength: 3 }),
          fc.array(beside, { maxLength: 2 }),
        )
        .map(([of, others]) => [...of, ...others].join(' ')),
    },
    {
      weight: 2,
      arbitrary: fc.array(operand, { minLength: 2, maxLength: 3 }).map((of) => of.join(' OR ')),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(operand, fc.integer({ min: 1, max: 59 }), operand)
        .map(([left, within, right]) => `${left} NEAR/${within} ${right}`),
    },
  )
}

export const queryText = expression(3, true)
export const plainQueryText = expression(3, false)

/** Text that looks like a query and mostly is none. */
export const queryLike = fc
  .array(
    fc.oneof(
      fc.constantFrom('(', ')', '"', '-', ' ', '*', 'OR', ' OR ', ' NEAR/3 ', 'NEAR/', '“', '日本'),
      fc.constantFrom('a', 'b*', 'lang:', 'hour:9-17', 'from:2026-02-30', 'show:"x', 'foo:', ':'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))
